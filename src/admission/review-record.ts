import { type Finding } from "../engine/finding.ts";
import { type AdmissionRequest } from "../kubernetes/admission-review.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type AuditedRecord, type ReviewedPod, type ReviewRecord } from "./answer.ts";
import { type Decision } from "./decision.ts";

/** What log and metrics may say of a review. */
export function recordOf(request: AdmissionRequest, reviewed: ReviewedPod | undefined): ReviewRecord {
  const { uid, namespace = "", name = "", dryRun } = request;
  const isDryRun = dryRun === true;
  if (reviewed === undefined)
    return { ...nothingReviewed, uid, namespace, name, dryRun: isDryRun, outcome: "untouched" };
  const { decision, pod } = reviewed;
  const { outcome, policies, digest, changes, findings } = countsOf(decision);
  // Named one by one: made of spreads, a record took as long as a tenth of the decision.
  const record = {
    uid,
    namespace,
    name: nameOf(pod) ?? name,
    dryRun: isDryRun,
    outcome,
    policies,
    digest,
    changes,
    findings,
  };
  return decision.audited === undefined ? record : { ...record, audited: countsOf(decision.audited) };
}

function countsOf({ outcome, policies, digest, changes, findings }: Decision): AuditedRecord {
  return { outcome, policies, digest, changes: changes.length, findings: countByCode(findings) };
}

/** A Pod that the API server will name has only the beginning of a name yet. */
function nameOf({ metadata }: Pod): string | undefined {
  return metadata?.name ?? metadata?.generateName;
}

function countByCode(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** What a record says where there was nothing to review. */
export const nothingReviewed = {
  uid: "",
  namespace: "",
  name: "",
  dryRun: false,
  policies: [],
  digest: "",
  changes: 0,
  findings: {},
};
