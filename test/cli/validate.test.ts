import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { podpecker } from "./podpecker.ts";
import { directoryWith, policy } from "./texts.ts";

const configMap = (namespace: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: agent
  namespace: ${namespace}
data:
  WOODPECKER_BACKEND_K8S_NAMESPACE: ci
`;

describe("podpecker validate", () => {
  it("sums up what is good", async () => {
    const cwd = await directoryWith({
      "a.yaml": policy,
      "b.yaml": `${policy}priority: 5\nmatch: { events: [push, tag] }\n`,
      "c.yaml": `${policy}mode: audit\n`,
    });

    const { code, stdout, stderr } = await podpecker(["validate", "."], { cwd });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`3 policies are good:
  a (priority 0): every Pod
  b (priority 5): event push or tag
  c (priority 0, audit only): every Pod
`);
  });

  it("tells every problem of every file at once, with its place and what was meant", async () => {
    const cwd = await directoryWith({
      "a.yaml": "version: v1\nlabls: {}\nresources: { default: { limits: { cpu: x } } }\n",
      "b.yaml": policy,
      "c.yaml": "version: [\n",
    });

    const { code, stdout, stderr } = await podpecker(["validate", "a.yaml", "b.yaml", "c.yaml"], { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('a.yaml:2:1: labls: is not known here; did you mean "labels"?');
    expect(stderr).toContain('a.yaml:3:40: resources.default.limits.cpu: "x" is not a quantity');
    expect(stderr).toMatch(/^c\.yaml:2:1: is not YAML/m);
    expect(stderr).toContain("3 problems: none of these policies would come into force.");
  });

  it("tells one in audit mode that it would not fit an enforced one", async () => {
    const cwd = await directoryWith({
      "a.yaml": "version: v1\nmode: audit\nmatch: { podLabels: { team: build } }\n",
      "b.yaml": "version: v1\nlabels: { set: { team: x } }\n",
    });

    const { code, stderr } = await podpecker(["validate", "."], { cwd });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^a\.yaml:3:\d+: match\.podLabels\.team: chooses Pods by the label "team"/);
  });

  it("tells what is wrong with policies only together", async () => {
    const cwd = await directoryWith({
      "a.yaml": "version: v1\nmatch: { podLabels: { team: build } }\n",
      "b.yaml": "version: v1\nlabels: { set: { team: x } }\n",
    });

    const { code, stderr } = await podpecker(["validate", "."], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain("labels.set.team: is a label by which policies are chosen");
  });

  it("tells warnings beside what is good", async () => {
    const cwd = await directoryWith({ "a.yaml": `${policy}workspace: { size: 10 }\n` });

    const { code, stdout, stderr } = await podpecker(["validate", "a.yaml"], { cwd });

    expect(code).toBe(0);
    expect(stdout).toContain("1 policy is good, 1 warning:");
    expect(stderr).toMatch(/^a\.yaml:6:14: workspace.size: .*\(warning: likely-slip\)$/m);
  });

  it("takes no warning with --strict, and says what each is called", async () => {
    const cwd = await directoryWith({
      "a.yaml": policy,
      "b.yaml": "version: v1\nmatch: { namespaces: [] }\n",
    });

    const { code, stdout, stderr } = await podpecker(["validate", "--strict", "."], { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^b\.yaml:2:10: match\.namespaces: .*\(warning: never-matches\)$/m);
    expect(stderr).toContain("1 warning: with --strict none may stand.");
    expect((await podpecker(["validate", "--strict", "a.yaml"], { cwd })).code).toBe(0);
  });

  it("warns of policies that have ended and of those that will soon, at their place", async () => {
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
    const manifest = `kind: ConfigMap
metadata: { name: map }
data:
  policy.yaml: |
    version: v1
    validUntil: 2020-02-29
`;
    const cwd = await directoryWith({
      "a.yaml": `${policy}validUntil: ${inDays(13.5)}\n`,
      "b.yaml": `${policy}validUntil: ${inDays(15)}\n`,
      "c.yaml": manifest,
      "d.yaml": `${policy}validUntil: 2020-01-01\nmode: disabled\n`,
    });

    const { code, stdout, stderr } = await podpecker(["validate", "."], { cwd });

    expect(code).toBe(0);
    expect(stdout).toContain("4 policies are good, 2 warnings:");
    expect(stdout).toMatch(/^ {2}b \(priority 0, until 2\d{3}-\d\d-\d\dT[^)]*\): every Pod$/m);
    expect(stdout).toContain("map (priority 0, ended 2020-02-29): every Pod");
    expect(stderr.split("\n")).toEqual([
      'c.yaml:6:5: data["policy.yaml"].validUntil: was over at 2020-03-01T00:00:00Z: the policy has no effect any more; delete it, or give it a later end (warning: expiry)',
      expect.stringMatching(
        /^a\.yaml:\d+:1: validUntil: is over at \S+Z, in 13 days: the policy has no effect from then on \(warning: expiry\)$/,
      ),
      "",
    ]);
  });

  it.each(["2027-02-29", "2027-03-31T18:00:00", "next week", "20270331"])(
    'refuses "%s" as the end of a policy',
    async (end) => {
      const cwd = await directoryWith({ "a.yaml": `${policy}validUntil: ${end}\n` });

      const { code, stderr } = await podpecker(["validate", "a.yaml"], { cwd });

      expect(code).toBe(2);
      expect(stderr).toContain(
        `validUntil: "${end}" is not a day, such as 2027-03-31, which is the last one`,
      );
    },
  );

  it("takes ConfigMaps of Podpecker's own namespace and those that are named", async () => {
    const cwd = await directoryWith({ "a.yaml": configMap("woodpecker") });
    const validate = (...words: string[]) => podpecker(["validate", "a.yaml", ...words], { cwd });

    const ofNamespace = await validate();
    expect(ofNamespace.code).toBe(0);
    expect(ofNamespace.stdout).toContain("woodpecker/agent (priority 0, of the namespace woodpecker)");
    expect(ofNamespace.stderr).toMatch(
      /^a\.yaml:7:3: data: has no effect: .*--policy-configmap woodpecker\/agent/m,
    );
    expect((await validate("--policy-configmap", "woodpecker/agent")).code).toBe(0);
    expect((await validate("--namespace", "woodpecker")).code).toBe(0);
    expect(
      (await podpecker(["validate", "a.yaml"], { cwd, env: { POD_NAMESPACE: "woodpecker" } })).code,
    ).toBe(0);
  });

  it("says all files that cannot be read", async () => {
    const { code, stderr } = await podpecker(["validate", "/nowhere/a", "/nowhere/b"]);

    expect(code).toBe(2);
    expect(stderr).toContain('"/nowhere/a" cannot be read: there is no such file');
    expect(stderr).toContain('"/nowhere/b" cannot be read: there is no such file');
  });

  it("says that a file is not its to read", async () => {
    const cwd = await directoryWith({ "a.yaml": policy });
    await chmod(cwd, 0o755);
    await chmod(join(cwd, "a.yaml"), 0);

    const { code, stderr } = await podpecker(["validate", "a.yaml"], { cwd, isNobody: true });

    expect(code).toBe(2);
    expect(stderr).toContain('"a.yaml" cannot be read: this user has no permission');
  });
});
