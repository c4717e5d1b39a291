import { writeFileSync } from "node:fs";

import jsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { answerReview } from "#src/admission/review.ts";
import { APPLIED } from "#src/engine/annotations.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { type AdmissionResponse } from "#src/kubernetes/admission-review.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type ReviewFacts } from "#src/policy/match.ts";
import { type PolicySet } from "#src/policy/policy-set.ts";
import { type Case, goldenCases, podOf, policiesOf, readCase } from "./golden-cases.ts";
import { NOW } from "#test/now.ts";

const UPDATE = process.env["UPDATE_GOLDEN"] === "1";

describe.each(goldenCases)("golden $name", ({ file }) => {
  it("is decided as it says, alike by engine and webhook, and once for all", () => {
    const { case_, optionsText, head } = readCase(file);
    const policies = policiesOf(case_);
    const pod = podOf(case_, optionsText);
    const sent = structuredClone(pod);

    const decision = decide(pod, factsOf(case_), policies);
    const response = answerOf(pod, case_, policies);

    const seen = JSON.parse(JSON.stringify(shown(case_, decision, response))) as unknown;
    if (UPDATE) writeFileSync(file, head + stringify({ expect: seen }, { lineWidth: 0 }));
    else expect(seen).toEqual(case_.expect);
    expect(pod).toEqual(sent);
    agree(sent, decision, response);
    expectSettled(decision, case_, policies);
  });
});

const factsOf = ({ namespace, user, limitRanges }: Case): ReviewFacts => ({
  namespace,
  user,
  now: NOW,
  limitRanges,
});

function answerOf(object: Pod, case_: Case, policies: PolicySet): AdmissionResponse {
  const { namespace, user, limitRanges } = case_;
  const request = {
    uid: "4f0c6a1e",
    kind: { group: "", version: "v1", kind: "Pod" },
    operation: "CREATE",
    namespace,
    userInfo: { username: user },
    object,
  };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  const { status, body } = answerReview(JSON.stringify(review), policies, {
    now: NOW,
    limitRangesOf: () => limitRanges,
  });
  expect(status).toBe(200);
  return (JSON.parse(body) as { response: AdmissionResponse }).response;
}

/** What a case expects: the decision, why, and what else the case is about. */
function shown({ show }: Case, decision: Decision, response: AdmissionResponse): Record<string, unknown> {
  const { pod } = decision;
  const applied = pod.metadata?.annotations?.[APPLIED];
  const parts = {
    patch: readable(patchOf(response)),
    warnings: response.warnings,
    audit: withoutDigest(response.auditAnnotations),
    applied: applied === undefined ? undefined : readable(applied),
  };
  return {
    outcome: decision.outcome,
    ...(response.status === undefined
      ? {}
      : { code: response.status.code, message: response.status.message }),
    ...why(decision),
    ...(decision.audited === undefined
      ? {}
      : { audited: { outcome: decision.audited.outcome, ...why(decision.audited) } }),
    ...Object.fromEntries(show.map((part) => [part, parts[part] ?? null])),
  };
}

const why = ({ findings, changes }: Decision): object => ({
  ...(findings.length === 0
    ? {}
    : { findings: findings.map((one) => `${one.code}: ${describeFinding(one)}`) }),
  ...(changes.length === 0 ? {} : { changes }),
});

/** The digest changes with every word of a policy: no case is about it. */
function withoutDigest(found: object | undefined): object | undefined {
  if (found === undefined) return undefined;
  return Object.fromEntries(Object.entries(found).filter(([key]) => !/^(audited-)?digest$/.test(key)));
}

/** With the applied annotation as the JSON that it is. */
function readable(found: unknown): unknown {
  return JSON.parse(JSON.stringify(found), (_, value: unknown) =>
    typeof value === "string" && value.startsWith('{"policies":')
      ? withoutDigest(JSON.parse(value) as object)
      : value,
  );
}

function patchOf({ patch }: AdmissionResponse): jsonPatch.Operation[] {
  if (patch === undefined) return [];
  return JSON.parse(Buffer.from(patch, "base64").toString()) as jsonPatch.Operation[];
}

/** Webhook and engine say the same: the patch makes of what was sent what was decided. */
function agree(sent: Pod, decision: Decision, response: AdmissionResponse): void {
  const patched = jsonPatch.applyPatch(structuredClone(sent), patchOf(response), true).newDocument;

  expect(response.allowed).toBe(["untouched", "decided"].includes(decision.outcome));
  expect(patched).toEqual(decision.pod);
}

/** Deciding about the result changes nothing, nor does the API server's defaulting on the way. */
function expectSettled({ outcome, pod }: Decision, case_: Case, policies: PolicySet): void {
  if (outcome !== "decided") return;
  const again = decide(pod, factsOf(case_), policies);

  expect({ outcome: again.outcome, changes: again.changes }).toEqual({ outcome, changes: [] });
  expect(again.pod).toEqual(pod);
}
