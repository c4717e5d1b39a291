import { describe, expect, it } from "vitest";

import { answerReview } from "#src/admission/review.ts";
import { createPolicySet } from "#src/policy/policy-set.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { Podpecker, podpecker, type Surroundings } from "./podpecker.ts";
import { directoryWith, pod, policy, strictPolicy } from "./texts.ts";
import { NOW } from "#test/now.ts";

const files = {
  "policy.yaml": policy,
  "strict.yaml": strictPolicy,
  "build.yaml": pod("build"),
  "refused.yaml": pod("refused", "runtimeClassName: kata"),
  "malformed.yaml": pod("malformed", "resources: { limits: { memory: 1Q } }"),
};

async function review(words: readonly string[], surroundings: Surroundings = {}) {
  const cwd = await directoryWith(files);
  return podpecker(["review", "--policy", "policy.yaml", ...words], { cwd, ...surroundings });
}

interface Report {
  readonly reviews: readonly Readonly<Record<string, unknown>>[];
}

describe("podpecker review", () => {
  it("explains field by field, findings by severity", async () => {
    const { code, stdout, stderr } = await review(["build.yaml", "refused.yaml"]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.replaceAll(/digest [0-9a-f]{12}/g, "digest …"))
      .toBe(`build.yaml: Pod "build" in namespace default
Decided by policy (digest …).

metadata.labels.ci
  given  woodpecker
  rule   policy#/labels/set/ci

spec.containers[0].resources.limits.memory
  asked  1Gi
  given  1Gi
  rule   built-in#/resources/fromStep

refused.yaml: Pod "refused" in namespace default
Decided by policy (digest …).

metadata.labels.ci
  given  woodpecker
  rule   policy#/labels/set/ci

Refused
  - runtimeClassName: "kata" is not granted; the policy grants steps "gvisor" here (policy#/runtimeClassName/fromStep)
    at refused.yaml:7:25
`);
  });

  it("explains what would be otherwise if policies in audit mode were enforced", async () => {
    const next =
      "version: v1\nmode: audit\npriority: 5\nlabels: {set: {ci: next}}\nresources: {fromStep: false}\n";
    const cwd = await directoryWith({ ...files, "next.yaml": next });
    const words = ["review", "build.yaml", "--policy", "policy.yaml", "--policy", "next.yaml"];

    const { code, stdout } = await podpecker(words, { cwd });
    const diff = await podpecker([...words, "--output", "diff"], { cwd });
    const json = await podpecker([...words, "--output", "json"], { cwd });

    expect(code).toBe(0);
    expect(stdout.replaceAll(/digest [0-9a-f]{12}/g, "digest …")).toContain(
      `If policies in audit mode were enforced:
Decided by policy, next (digest …).

metadata.labels.ci
  given  next
  rule   next#/labels/set/ci

spec.containers[0].resources.limits.memory
  given  nothing: no rule writes it

Refused
  - resources: "{ limits: { memory: 1Gi } }" is not granted`,
    );
    expect(diff.stdout).toContain("\n+    ci: woodpecker\n");
    expect(diff.stdout).not.toContain("next");
    const [review] = (JSON.parse(json.stdout) as Report).reviews;
    expect(review).toMatchObject({
      policies: ["policy"],
      audited: {
        outcome: "decided",
        policies: ["policy", "next"],
        pod: { metadata: { labels: { ci: "next" } } },
      },
    });
  });

  it("tells why a Pod would be denied, also what is told of it already", async () => {
    const deny = "version: v1\nmode: audit\npriority: 5\nonRefusal: deny\n";
    const cwd = await directoryWith({ ...files, "deny.yaml": deny });
    const words = ["review", "refused.yaml", "--policy", "policy.yaml", "--policy", "deny.yaml"];

    const { code, stdout } = await podpecker(words, { cwd });

    expect(code).toBe(0);
    expect(stdout.replaceAll(/digest [0-9a-f]{12}/g, "digest …")).toContain(`
If policies in audit mode were enforced:
Denied by policy, deny (digest …), code 403.

Refused
  - runtimeClassName: "kata" is not granted`);
  });

  it("fits a narrow terminal", async () => {
    const { stdout } = await review(["build.yaml", "refused.yaml"], { env: { COLUMNS: "60" } });

    expect(stdout.split("\n").filter((line) => line.length > 60)).toEqual([]);
  });

  it("prints a unified diff without colour into a pipe", async () => {
    const { code, stdout } = await review(["build.yaml", "--output", "diff"]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^--- build\.yaml\n\+\+\+ build\.yaml \(as it will run\)\n@@ /);
    expect(stdout).toContain("\n+    ci: woodpecker\n");
    expect(stdout).not.toContain("\u001b");
  });

  it.each([
    { env: { FORCE_COLOR: "1" }, isColoured: true },
    { env: { FORCE_COLOR: "1", NO_COLOR: "1" }, isColoured: false },
    { env: { FORCE_COLOR: "0" }, isColoured: false },
  ])("colours the diff with $env: $isColoured", async ({ env, isColoured }) => {
    const { stdout } = await review(["build.yaml", "--output", "diff"], { env });

    expect(stdout.includes("\u001b[32m+    ci: woodpecker\u001b[39m")).toBe(isColoured);
  });

  it("prints the Pod as it will run, and decides the same about it again", async () => {
    const first = await review(["build.yaml", "--output", "pod"]);
    const second = await review(["-", "--output", "pod"], { input: first.stdout });

    expect(first.stdout).toContain("    ci: woodpecker\n");
    expect(second).toEqual(first);
  });

  it("quotes what kubectl's YAML 1.1 would read as something else", async () => {
    const input = pod("a").replace(
      "image: busybox",
      'image: busybox\n      args: ["yes", "0o7", "1:30", "010", "1e3"]',
    );

    const { stdout } = await review(["-", "--output", "pod"], { input });

    for (const word of ["yes", "1:30", "010", "1e3"]) expect(stdout).toContain(`- "${word}"\n`);
  });

  it("prints the webhook's own bytes for --output review", async () => {
    const texts = [{ path: "policy.yaml", text: policy }];
    const policies = createPolicySet(readPolicies(texts, { namespace: "podpecker", promoted: [] }).policies);
    const body = JSON.stringify({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      request: {
        uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
        kind: { group: "", version: "v1", kind: "Pod" },
        namespace: "ci",
        operation: "CREATE",
        userInfo: { username: "agent" },
        object: {
          metadata: { name: "a", annotations: { "podpecker.dev/backend-options": "runtimeClassName: kata" } },
          spec: { containers: [{ name: "a", image: "b", args: ["\u001b", "\ud83d\ude00", "1e3"] }] },
        },
      },
    });

    const { code, stdout } = await review(["-", "--output", "review"], { input: body });

    expect(code).toBe(0);
    expect(stdout).toBe(`${answerReview(body, policies, { now: NOW }).body}\n`);
  });

  it("lets a review pass that is not of a Pod's creation", async () => {
    const request = {
      uid: "1",
      kind: { kind: "ConfigMap" },
      namespace: "ci",
      operation: "UPDATE",
      object: {},
    };
    const input = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });

    const { code, stdout } = await review(["-"], { input });

    expect(code).toBe(0);
    expect(stdout).toContain("Not the creation of a Pod");
  });

  it("writes into templates where they stand, and patches the object as a whole", async () => {
    const template = (kind: string, ...path: string[]) => {
      const inner = { metadata: {}, spec: { containers: [{ name: "a" }] } };
      const outer = path.toReversed().reduce<object>((value, key) => ({ [key]: value }), inner);
      return { kind, metadata: { name: "x", namespace: "ci" }, ...outer };
    };
    const objects = [
      template("Job", "spec", "template"),
      template("Deployment", "spec", "template"),
      template("StatefulSet", "spec", "template"),
      template("DaemonSet", "spec", "template"),
      template("ReplicaSet", "spec", "template"),
      template("CronJob", "spec", "jobTemplate", "spec", "template"),
      template("PodTemplate", "template"),
    ];
    const input = objects.map((object) => JSON.stringify(object)).join("\n---\n");

    const { code, stdout } = await review(["-", "--output", "json"], { input });
    const printed = await review(["-", "--output", "pod"], { input });
    const patches = await review(["-", "--output", "patch"], { input });

    expect(code).toBe(0);
    const { reviews } = JSON.parse(stdout) as Report;
    expect(
      reviews.map(({ input: from, subject, pointer, namespace }) => [from, subject, pointer, namespace]),
    ).toEqual([
      ["standard input (document 1)", 'template of Job "x"', "/spec/template", "ci"],
      ["standard input (document 2)", 'template of Deployment "x"', "/spec/template", "ci"],
      ["standard input (document 3)", 'template of StatefulSet "x"', "/spec/template", "ci"],
      ["standard input (document 4)", 'template of DaemonSet "x"', "/spec/template", "ci"],
      ["standard input (document 5)", 'template of ReplicaSet "x"', "/spec/template", "ci"],
      ["standard input (document 6)", 'template of CronJob "x"', "/spec/jobTemplate/spec/template", "ci"],
      ["standard input (document 7)", 'template of PodTemplate "x"', "/template", "ci"],
    ]);
    expect(reviews.map(({ pod: after }) => after)).toEqual(
      objects.map(() => expect.objectContaining({ spec: { containers: [{ name: "a" }] } }) as unknown),
    );
    expect(printed.stdout.match(/ci: woodpecker/g)).toHaveLength(7);
    expect(patches.stdout).toContain('"path": "/spec/jobTemplate/spec/template/metadata/labels"');
  });

  it("takes lists, and the namespace from the Pod, the option, or default", async () => {
    const items = [
      { kind: "Pod", metadata: { name: "a", namespace: "own" }, spec: { containers: [{ name: "a" }] } },
      { kind: "Pod", metadata: { name: "b" }, spec: { containers: [{ name: "b" }] } },
    ];
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const namespaces = async (...words: string[]) => {
      const { stdout } = await review(["-", "--output", "json", ...words], { input });
      return (JSON.parse(stdout) as Report).reviews.map(({ namespace }) => namespace);
    };

    expect(await namespaces()).toEqual(["own", "default"]);
    expect(await namespaces("--namespace", "ci")).toEqual(["own", "ci"]);
    const { stdout } = await review(["-", "--output", "patch"], { input });
    expect(stdout).toContain('"path": "/items/1/metadata/labels"');
  });

  it("knows who creates the Pod by --user, and says when that is missing", async () => {
    const cwd = await directoryWith({
      "p.yaml": `${policy}match: { users: [agent] }\n`,
      "build.yaml": pod("build"),
    });
    const words = ["review", "build.yaml", "--policy", "p.yaml"];

    const without = await podpecker(words, { cwd });
    expect(without).toMatchObject({ code: 0 });
    expect(without.stdout).toContain("nobody knows who creates this Pod");
    expect(without.stderr).toContain("p: created by agent");
    expect(without.stderr).toContain("--user NAME");
    expect((await podpecker([...words, "--user", "agent"], { cwd })).stdout).not.toContain("nobody knows");
  });

  it("holds Pods to the LimitRanges of their namespace, which --limit-range names", async () => {
    const limits = (namespace: string, memory: string) =>
      `kind: LimitRange\nmetadata: {name: limits, namespace: ${namespace}}\nspec: {limits: [{type: Container, max: {memory: ${memory}}}]}\n`;
    const cwd = await directoryWith({
      "p.yaml": "version: v1\nresources: { max: { memory: 4Gi } }\n",
      "limits.yaml": `${limits("ci", "1Gi")}---\n${limits("other", "2Gi")}`,
      "build.yaml": pod("build", "resources: { limits: { memory: 8Gi } }"),
    });
    const given = async (...words: string[]) => {
      const all = ["review", "build.yaml", "--policy", "p.yaml", "--output", "pod", ...words];
      return /memory: (\w+)\n/.exec((await podpecker(all, { cwd })).stdout)?.[1];
    };

    expect(await given()).toBe("4Gi");
    expect(await given("--limit-range", "limits.yaml", "--namespace", "ci")).toBe("1Gi");
    expect(await given("--limit-range", "limits.yaml", "--namespace", "other")).toBe("2Gi");
    expect(await given("--limit-range", "limits.yaml", "--namespace", "elsewhere")).toBe("4Gi");
  });

  it("decides as at the time of --at, and tells which policies have ended by then", async () => {
    const cwd = await directoryWith({
      "p.yaml": `${policy}validUntil: 2999-03-31\n`,
      "build.yaml": pod("build"),
    });
    const at = (...words: string[]) =>
      podpecker(["review", "build.yaml", "--policy", "p.yaml", ...words], { cwd });

    expect(await at()).toMatchObject({ code: 0, stderr: "" });
    expect((await at("--at", "2999-03-31T23:59:59Z")).stdout).toContain("Decided by p ");
    const later = await at("--at", "2999-04-01");
    expect(later.stdout).toContain("No policy is for this Pod");
    expect(later.stderr).toContain("The policy p ended at 2999-04-01T00:00:00Z and has no effect");
    expect(await at("--at", "tomorrow")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("It must be a day, such as 2027-04-01") as string,
    });
  });

  it("tells everything that is known as one JSON document", async () => {
    const { stdout } = await review(["refused.yaml", "--output", "json"]);

    const { reviews } = JSON.parse(stdout) as Report;
    expect(reviews).toEqual([
      expect.objectContaining({
        input: "refused.yaml",
        subject: 'Pod "refused"',
        pointer: "",
        outcome: "decided",
        allowed: true,
        policies: ["policy"],
        changes: [{ pointer: "/metadata/labels/ci", after: "woodpecker", rule: "policy#/labels/set/ci" }],
        findings: [
          expect.objectContaining({
            code: "not-granted",
            severity: "refused",
            position: { line: 1, column: 19 },
          }),
        ],
      }),
    ]);
  });

  it.each([
    { file: "malformed.yaml", words: [], code: 422, says: 'resources.limits.memory: "1Q" is not a quantity' },
    { file: "refused.yaml", words: ["--policy", "strict.yaml"], code: 403, says: '"kata" is not granted' },
  ])("ends with 1 for $file, its reasons on standard error", async ({ file, words, code, says }) => {
    const cwd = await directoryWith(files);
    const base = ["review", file, ...(words.length === 0 ? ["--policy", "policy.yaml"] : words)];

    const pods = await podpecker([...base, "--output", "pod"], { cwd });
    const explained = await podpecker(base, { cwd });

    expect(pods).toMatchObject({ code: 1, stdout: "" });
    expect(pods.stderr).toContain(`is denied, code ${code}`);
    expect(pods.stderr).toContain(says);
    expect(pods.stderr).toContain("ask: the platform team");
    expect(explained.code).toBe(1);
    expect(explained.stdout).toContain(says);
    expect(explained.stderr).toContain(`is denied, code ${code}; policies: `);
  });

  it("decides about the others when one is denied", async () => {
    const { code, stdout } = await review(["malformed.yaml", "build.yaml", "--output", "pod"]);

    expect(code).toBe(1);
    expect(stdout).toContain("name: build");
    expect(stdout).not.toContain("name: malformed");
  });

  it("tells everything that is wrong with its input at once, with file, line, column and document", async () => {
    const input = `kind: Service
metadata: { name: s }
---
kind: Pod
spec: { containers: [{ name: 3 }] }
---
kind: Job
spec: { template: { spec: {} } }
---
a: [
`;
    const { code, stdout, stderr } = await review(["-", "nowhere.yaml"], { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('"nowhere.yaml" cannot be read: there is no such file');

    const shapes = await review(["-"], { input });
    expect({ code: shapes.code, stdout: shapes.stdout }).toEqual({ code: 2, stdout: "" });
    expect(shapes.stderr).toContain('standard input:1:7: document 1: kind: "Service" holds no Pod');
    expect(shapes.stderr).toContain(
      'standard input:5:30: document 2: spec.containers[0].name: "3" is not text',
    );
    expect(shapes.stderr).toContain(
      "standard input:8:27: document 3: spec.template.spec.containers: is missing",
    );
    expect(shapes.stderr).toMatch(/standard input:1[01]:\d+: document 4: is not YAML/);
  });

  it.each([
    { about: "nothing", input: "", says: "standard input: holds no Pod" },
    { about: "an empty list", input: "{kind: List, items: []}", says: "standard input: holds no Pod" },
    { about: "a number", input: "3", says: "is no object of Kubernetes" },
    { about: "a policy", input: policy, says: "is a policy; give it with --policy" },
    { about: "no text", input: Buffer.from([0xff, 0xfe, 0x00]), says: "is not UTF-8" },
    {
      about: "a forged prototype",
      input: '{"kind":"Pod","__proto__":{}}',
      says: '"__proto__" is not allowed',
    },
    { about: "deep nesting", input: "[".repeat(100_000), says: "nested too deeply" },
    { about: "a broken review", input: "{kind: AdmissionReview, apiVersion: v1}", says: "apiVersion: " },
  ])("says what is wrong with $about", async ({ input, says }) => {
    const { code, stdout, stderr } = await review(["-"], { input });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    { words: [], says: "add --policy PATH, or --server URL" },
    { words: ["--policy", "p", "--server", "https://x"], says: "leave one of them out" },
    { words: ["--policy", "p", "--insecure"], says: "are for --server" },
    { words: ["--server", "https://localhost", "--at", "2027-04-01"], says: "--at is for --policy" },
    { words: ["--server", "https://x", "--limit-range", "p"], says: "a server knows those of its cluster" },
    {
      words: ["--policy", "policy.yaml", "--limit-range", "policy.yaml"],
      says: "policy.yaml:1:1: kind: is not",
    },
    { words: ["--server", "http://x"], says: "a URL such as https://127.0.0.1:8443" },
    { words: ["--policy", "/nowhere"], says: '"/nowhere" cannot be read' },
    { words: ["--server", "https://127.0.0.1:1", "--ca", "/nowhere"], says: '"/nowhere" cannot be read' },
    { words: ["--server", "https://127.0.0.1:1", "--insecure"], says: "nothing listens there" },
  ])("says what is wrong with $words", async ({ words, says }) => {
    const cwd = await directoryWith(files);

    const { code, stdout, stderr } = await podpecker(["review", "build.yaml", ...words], { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  it("tells the problems of a policy and decides nothing", async () => {
    const cwd = await directoryWith({ ...files, "bad.yaml": "version: v1\nlabls: {}\n" });

    const { code, stdout, stderr } = await podpecker(["review", "build.yaml", "--policy", "bad.yaml"], {
      cwd,
    });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('bad.yaml:2:1: labls: is not known here; did you mean "labels"?');
  });

  it("does not mind a reader that goes away", async () => {
    const input = JSON.stringify({
      kind: "List",
      items: Array.from({ length: 500 }, (_, index) => ({
        kind: "Pod",
        metadata: { name: `p${index}` },
        spec: { containers: [{ name: "a" }] },
      })),
    });
    const child = new Podpecker(["review", "-", "--policy", "policy.yaml"], {
      cwd: await directoryWith(files),
      input,
    });
    child.child.stdout?.destroy();

    expect(await child.end()).toMatchObject({ code: 0, stderr: "" });
  });

  it("does not let what a step wrote steer the terminal", async () => {
    const input = pod("a", 'runtimeClassName: "\\e[31mred\\u202e"');

    const { stdout, stderr } = await review(["-"], { input });

    for (const control of ["\u001b", "\u202e"]) expect(stdout + stderr).not.toContain(control);
  });
});
