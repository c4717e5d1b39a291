import { answerPodValidation } from "#src/admission/pod-validation.ts";
import { type ValidationRecord } from "#src/admission/answer.ts";
import { type AdmissionResponse } from "#src/kubernetes/admission-review.ts";
import { type PolicySet } from "#src/policy/policy-set.ts";
import { policiesOf } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

/** What the last word is about. */
export interface Question {
  readonly operation?: string;
  readonly subResource?: string;
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly userInfo?: { readonly username: string };
}

/** The answer of the webhook that has the last word, and what is recorded of it. */
export function validate(
  question: Question,
  policies: PolicySet,
): { readonly response: AdmissionResponse; readonly record: ValidationRecord } {
  const request = {
    uid: "u-1",
    kind: { group: "", version: "v1", kind: "Pod" },
    namespace: "ci",
    ...question,
  };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  const { body, record } = answerPodValidation(JSON.stringify(review), policies, { now: NOW });
  return { response: (JSON.parse(body) as { response: AdmissionResponse }).response, record };
}

/** A Pod whose step container and whose spec have what is given. */
export const podWith = (container: object, spec: object = {}, metadata: object = {}): object => ({
  metadata: { name: "step", ...metadata },
  spec: { containers: [{ name: "step", image: "alpine", ...container }], ...spec },
});

/** What is objected to a change of a Pod by one policy, a sentence each; nothing where it is let pass. */
export function objectionsTo(
  subResource: "resize" | "ephemeralcontainers" | "",
  pods: { readonly object: object; readonly oldObject?: object },
  policy: object | readonly object[],
): readonly string[] {
  const documents = Array.isArray(policy) ? (policy as readonly object[]) : [policy as object];
  const operation = subResource === "" ? "CREATE" : "UPDATE";
  const { response } = validate({ operation, subResource, ...pods }, policiesOf(documents));
  if (response.allowed) return [];
  return (response.status?.message ?? "")
    .split("\n")
    .flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}
