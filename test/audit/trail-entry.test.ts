import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type ReviewedRequest } from "#src/admission/answer.ts";
import { decide } from "#src/admission/decide.ts";
import { shownValue } from "#src/audit/shown-value.ts";
import { trailEntry } from "#src/audit/trail-entry.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { layers, options, pod } from "#test/engine/arbitrary.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";
import { withSecrets } from "./secrets.ts";

const step: Pod = { metadata: { name: "build" }, spec: { containers: [{ name: "build", image: "alpine" }] } };

function reviewedOf(pod: Pod, documents: readonly object[], request: object = {}): ReviewedRequest {
  const decision = decide(pod, { namespace: "ci", user: "agent", now: NOW }, policiesOf(documents));
  const facts = { uid: "u1", namespace: "ci", userInfo: { username: "agent" }, object: pod, ...request };
  return { pod, decision, request: facts };
}
const created = { now: NOW, occasion: "create" } as const;

describe("an entry of the trail", () => {
  it("says who asked what, what became of it, and by which rule", () => {
    const asking = withText(step, "{resources: {limits: {memory: 4Gi}}, serviceAccountName: root}");

    expect(trailEntry(reviewedOf(asking, [{ resources: { max: { memory: "2Gi" } } }]), created)).toEqual({
      time: new Date(NOW).toISOString(),
      uid: "u1",
      namespace: "ci",
      pod: "build",
      user: "agent",
      occasion: "create",
      outcome: "decided",
      policies: ["policy-0"],
      digest: expect.stringMatching(/./) as string,
      changes: expect.arrayContaining([
        {
          pointer: "/spec/containers/0/resources/limits/memory",
          rule: "policy-0#/resources/max/memory",
          asked: "4Gi",
          after: "2Gi",
        },
      ]) as unknown,
      findings: expect.arrayContaining([
        expect.stringMatching(/^serviceAccountName: "root" .*\(built-in#\/serviceAccountName\/fromStep\)/),
      ]) as unknown,
    });
  });

  it("says what would become of the Pod by a policy in audit mode, also where none is enforced", () => {
    const audited = { mode: "audit", labels: { set: { team: "a" } } };

    expect(trailEntry(reviewedOf(step, [audited]), created)).toMatchObject({
      outcome: "untouched",
      changes: [],
      audited: {
        outcome: "decided",
        policies: ["policy-0"],
        changes: [{ pointer: "/metadata/labels/team" }],
      },
    });
  });

  it("is not made of a dry run, of a Pod that no policy is for, and of one that is found right once more", () => {
    const policy = { labels: { set: { ci: "yes" } } };

    expect(trailEntry(reviewedOf(step, [policy], { dryRun: true }), created)).toBeUndefined();
    expect(trailEntry(reviewedOf(step, [{ match: { namespaces: ["prod"] } }]), created)).toBeUndefined();
    expect(trailEntry(reviewedOf(step, [policy]), { now: NOW, occasion: "validate" })).toBeUndefined();
    expect(trailEntry(reviewedOf(step, [policy]), created)).toBeDefined();
  });

  it("is not as long as what a Pod says", () => {
    const keys = Array.from({ length: 300 }, (_, index) => [`example.com/k${index}`, "x".repeat(50)]);
    const labels = Object.fromEntries(keys) as Record<string, string>;
    const wordy = { ...step, metadata: { name: "build", labels } };

    const entry = trailEntry(reviewedOf(wordy, [{ trustPod: false }]), created);

    expect(entry?.omitted).toBeGreaterThanOrEqual(200);
    expect(JSON.stringify(entry).length).toBeLessThan(100_000);
  });

  it("never has the value of a variable, a command or an annotation that the Pod came with", () => {
    fc.assert(
      fc.property(pod, layers, options, fc.boolean(), (one, documents, asked, trustPod) => {
        const secret = withText(withSecrets(one), JSON.stringify(asked));

        const entry = trailEntry(reviewedOf(secret, [{ trustPod }, ...documents]), created);

        expect(JSON.stringify(entry ?? null)).not.toContain("s3cr3t");
      }),
      { numRuns: runs(150) },
    );
  });
});

it.each([
  { pointer: "/metadata/labels/a", value: "x", shown: "x" },
  { pointer: "/metadata/annotations/a", value: "x", shown: "x" },
  { pointer: "/metadata/annotations/podpecker.dev~1backend-options", value: "x", shown: "(hidden)" },
  { pointer: "/metadata/annotations", value: { a: "x" }, shown: "(hidden)" },
  { pointer: "/spec/containers/0", value: { name: "a" }, shown: "(hidden)" },
  { pointer: "/spec/containers/0/command", value: ["x"], shown: "(hidden)" },
  { pointer: "/spec/containers/0/lifecycle/postStart", value: {}, shown: "(hidden)" },
  { pointer: "/spec/initContainers/0/env", value: [{ name: "A", value: "x" }], shown: "(hidden)" },
  { pointer: "/spec/containers/1/env/0", value: { name: "A" }, shown: { name: "A", value: "(hidden)" } },
  { pointer: "/spec/containers/1/env/0/value", value: "x", shown: "(hidden)" },
  {
    pointer: "/spec/containers/1/env/0",
    value: { name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
    shown: { name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
  },
  { pointer: "/spec/containers/0/resources/limits/cpu", value: "1", shown: "1" },
  {
    pointer: "/spec/volumes/0",
    value: { name: "a", secret: { secretName: "s" } },
    shown: { name: "a", secret: { secretName: "s" } },
  },
  { pointer: "/spec/volumes/0", value: { name: "a", csi: { volumeAttributes: {} } }, shown: "(hidden)" },
  { pointer: "/spec/tolerations/0", value: { key: "a" }, shown: { key: "a" } },
  { pointer: "/status/phase", value: "x", shown: "(hidden)" },
])("at $pointer $value is shown as $shown", ({ pointer, value, shown }) => {
  expect(shownValue(pointer, value, "after")).toEqual(shown);
});
