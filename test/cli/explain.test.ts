import { stringify } from "yaml";
import { z } from "zod";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { ExplainReport } from "#src/cli/explain/report.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { podpecker, type Surroundings } from "./podpecker.ts";
import { directoryWith } from "./texts.ts";

const created = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "wp-build", namespace: "ci" },
  spec: { containers: [{ name: "wp-build", image: "golang" }] },
};

/** The Pod as the cluster would have it. */
function ran(): Pod {
  const policies = policiesOf([
    { resources: { max: { memory: "4Gi" } }, nodeSelector: { default: { disk: "ssd" } } },
  ]);
  const asking = withText(
    created,
    JSON.stringify({ resources: { limits: { memory: "8Gi" } }, serviceAccountName: "x" }),
  );
  return decide(asking, { namespace: "ci", now: NOW }, policies).pod;
}

const explain = async (pod: object, words: readonly string[] = [], surroundings: Surroundings = {}) => {
  const cwd = await directoryWith({ "pod.yaml": stringify(pod) });
  return podpecker(["explain", "pod.yaml", ...words], { cwd, ...surroundings });
};

const withoutDigest = (text: string): string => text.replaceAll(/digest [0-9a-f]{12}/g, "digest …");

describe("podpecker explain", () => {
  it("says of each field what was given by which rule, and what was told", async () => {
    const { code, stdout, stderr } = await explain(ran());

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(withoutDigest(stdout)).toBe(`pod.yaml: Pod "wp-build" in namespace ci
Decided by policy-0 (digest …).

spec.nodeSelector.disk
  given  ssd
  rule   policy-0#/nodeSelector/default/disk

spec.containers[0].resources.limits.memory
  given  4Gi
  rule   policy-0#/resources/max/memory

Told
  - serviceAccountName: "x" is not granted; the policy grants steps nothing here (built-in#/serviceAccountName/fromStep) (line 1, column 63)
  - resources.limits.memory: "8Gi" is above the most that a container may have, 4Gi; the container gets 4Gi (policy-0#/resources/max/memory) (line 1, column 34)
`);
  });

  it("answers why a field has what it has", async () => {
    const { stdout } = await explain(ran(), ["--field", "limits.memory"]);

    expect(withoutDigest(stdout)).toBe(`pod.yaml: Pod "wp-build" in namespace ci
Decided by policy-0 (digest …).

spec.containers[0].resources.limits.memory
  given  4Gi
  rule   policy-0#/resources/max/memory

Told
  - resources.limits.memory: "8Gi" is above the most that a container may have, 4Gi; the container gets 4Gi (policy-0#/resources/max/memory) (line 1, column 34)
`);
  });

  it("says where somebody wrote over it since", async () => {
    const pod = ran();
    const spec = { ...pod.spec, nodeSelector: { disk: "hdd" } };

    const { stdout } = await explain({ ...pod, spec }, ["--field", "disk"]);

    expect(stdout).toMatch(
      /given {2}ssd\n {2}rule {3}policy-0#\/nodeSelector\/default\/disk\n {2}now {4}hdd\n$/,
    );
  });

  it("says of a Pod without a note that nothing was noted", async () => {
    const { code, stdout } = await explain(created);

    expect(code).toBe(0);
    expect(stdout).toContain("Podpecker noted nothing on this Pod");
  });

  it.each([
    { what: "a note that is no JSON", annotations: { "podpecker.dev/applied": "{" } },
    { what: "a note of another form", annotations: { "podpecker.dev/applied": '{"changes":1}' } },
  ])("says of $what that it cannot be read", async ({ annotations }) => {
    const pod = { ...created, metadata: { ...created.metadata, annotations } };

    const { code, stdout } = await explain(pod);
    const json = await explain(pod, ["--output", "json"]);

    expect(code).toBe(0);
    expect(stdout).toContain("cannot be read: somebody else wrote it, or changed it since");
    expect(ExplainReport.parse(JSON.parse(json.stdout)).pods).toMatchObject([{ isUnreadable: true }]);
  });

  it("lets no annotation steer the terminal", async () => {
    const note = {
      policies: ["\u001b[2J"],
      digest: "\u202e",
      changes: [{ pointer: "/a\u0007", rule: "\u001b]0;x" }],
      findings: ["\u001b[31m"],
    };
    const annotations = { "podpecker.dev/applied": JSON.stringify(note) };

    const { stdout } = await explain({ ...created, metadata: { ...created.metadata, annotations } });

    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("fits a narrow terminal", async () => {
    const { stdout } = await explain(ran(), [], { env: { COLUMNS: "60" } });

    // Only a path or a rule, which nobody could copy from two lines, may be longer.
    expect(stdout.split("\n").filter((line) => line.length > 60 && line.trim().includes(" "))).toEqual([]);
  });

  it("prints JSON by its schema, for all Pods of a list on standard input", async () => {
    const list = { apiVersion: "v1", kind: "List", items: [ran(), created] };

    const { code, stdout } = await podpecker(["explain", "--output", "json"], {
      input: JSON.stringify(list),
    });

    const { pods } = ExplainReport.parse(JSON.parse(stdout));
    const { success } = z.fromJSONSchema(z.toJSONSchema(ExplainReport)).safeParse(JSON.parse(stdout));
    expect({ code, success }).toEqual({ code: 0, success: true });
    expect(pods.map(({ subject, note }) => [subject, note?.policies])).toEqual([
      ['Pod "wp-build"', ["policy-0"]],
      ['Pod "wp-build"', undefined],
    ]);
  });

  it("says what is wrong with what is no Pod", async () => {
    const { code, stderr } = await explain({ kind: "Secret" });

    expect(code).toBe(2);
    expect(stderr).toContain('pod.yaml:1:7: kind: "Secret"');
  });
});
