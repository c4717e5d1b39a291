import { formatPointer } from "../../../kubernetes/json-pointer.ts";
import { afterOf, type ReviewedManifest, type ReviewedPod } from "../reviewed.ts";
import { valueAt } from "../../../text/value-at.ts";

/** Everything that is known about each Pod, as one document: `{"reviews": […]}`, also for a single Pod. */
export function json(reviewed: readonly ReviewedManifest[]): string {
  const reviews = reviewed.flatMap((one) => {
    const after = afterOf(one);
    return one.pods.map((pod) => describe(one.manifest.title, pod, after));
  });
  return `${JSON.stringify({ reviews }, undefined, 2)}\n`;
}

function describe(input: string, { subject, verdict }: ReviewedPod, after: unknown): object {
  const { response, account, patch } = verdict;
  const { allowed, status, warnings = [], auditAnnotations = {}, uid } = response;
  const { outcome, policies, digest, changes, findings, audited } = account;
  return {
    input,
    subject: subject.title,
    pointer: formatPointer(subject.path),
    namespace: subject.namespace,
    uid,
    outcome,
    allowed,
    ...(status === undefined ? {} : { code: status.code, message: status.message }),
    policies,
    digest,
    changes,
    findings,
    ...(audited === undefined ? {} : { audited }),
    warnings,
    auditAnnotations,
    patch,
    ...(allowed ? { pod: valueAt(after, subject.path) } : {}),
  };
}
