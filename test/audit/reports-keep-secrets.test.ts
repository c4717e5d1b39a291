import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { collectAudit } from "#src/audit/collect-audit.ts";
import { collectComparison } from "#src/audit/collect-comparison.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { layers, pod } from "#test/engine/arbitrary.ts";
import { policiesOf } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";
import { withSecrets } from "./secrets.ts";

const facts = { namespace: "ci", user: "agent", now: NOW };

/** All that reports say about the Pod, which one policy trusts and the other does not. */
function told(subject: Pod, documents: readonly object[]): string {
  const distrusting = policiesOf([...documents, { trustPod: false, annotations: { fromStep: false } }]);
  const [older, newer] = [policiesOf(documents), distrusting].map((set) => decide(subject, facts, set));
  if (older === undefined || newer === undefined) throw new Error("there are two");
  const audit = collectAudit({ policies: [], now: NOW, examples: 3 });
  audit.add("ci/a", newer);
  const comparison = collectComparison({ now: NOW, examples: 3 });
  comparison.add("ci/a", { older, newer });
  return JSON.stringify([audit.report(), comparison.comparison()]);
}

test.prop([fc.record({ subject: pod, documents: layers })], { numRuns: runs(200) })(
  "reports, which go into pull requests, hold no secret of a Pod",
  ({ subject, documents }) => {
    expect(told(withSecrets(subject), documents)).not.toContain("s3cr3t");
  },
);

it("nor one among the attributes of a volume", () => {
  const volume = { name: "v", csi: { driver: "d", volumeAttributes: { password: "s3cr3t-volume" } } };
  const subject = { metadata: { name: "a" }, spec: { volumes: [volume], containers: [{ name: "a" }] } };

  const text = told(subject, []);

  expect(text).toContain("spec.volumes");
  expect(text).not.toContain("s3cr3t");
});
