import { type AdmissionRequest, type AdmissionResponse } from "../kubernetes/admission-review.ts";
import { isMap } from "../text/is-map.ts";
import { describePolicyProblem, type PolicyProblem } from "../policy/policy.ts";
import { type Objections, type PolicyStore } from "../policy/policy-store.ts";
import { type Answer, type PolicyReviewRecord } from "./answer.ts";
import { notAReview, openEnvelope, reply } from "./envelope.ts";
import { listed } from "./listed.ts";
import { bounded, shortened } from "./warnings.ts";

/**
 * Answers one body that was posted to the webhook for policies. Never throws on bad input.
 *
 * | what came | whose fault | answer |
 * | --- | --- | --- |
 * | a review of a good policy, of what is none, or of anything but a ConfigMap's creation or change | nobody's | 200, allowed |
 * | a review of a policy that cannot come into force | its author's | 200, denied with 422 and every problem |
 * | no JSON, no AdmissionReview v1 | the client's | 400 |
 */
export function answerPolicyReview(body: string, check: PolicyStore["check"]): Answer<PolicyReviewRecord> {
  const opened = openEnvelope(body);
  if ("problem" in opened)
    return { ...notAReview(opened.problem), record: { ...nothing, outcome: "invalid" } };
  const { request } = opened;
  const objections = isWritten(request) ? check(request.object) : undefined;
  return { ...reply(respondTo(request.uid, objections)), record: recordOf(request, objections) };
}

function isWritten({ kind, operation = "CREATE", subResource = "", object }: AdmissionRequest): boolean {
  const isConfigMap = kind === undefined || (kind.kind === "ConfigMap" && (kind.group ?? "") === "");
  return isConfigMap && subResource === "" && ["CREATE", "UPDATE"].includes(operation) && !isLeaving(object);
}

/** What waits for its finalizers must not be kept from losing them. */
function isLeaving(object: unknown): boolean {
  const metadata = isMap(object) ? object["metadata"] : undefined;
  return isMap(metadata) && typeof metadata["deletionTimestamp"] === "string";
}

function respondTo(uid: string, objections: Objections | undefined): AdmissionResponse {
  if (objections === undefined) return { uid, allowed: true };
  const warnings = bounded(objections.warnings.map(warned), "warnings; podpecker validate has them all");
  const words = warnings.length === 0 ? {} : { warnings };
  if (objections.problems.length === 0) return { uid, allowed: true, ...words };
  const lines = listed(objections.problems.map(describePolicyProblem));
  const message = ["podpecker: this policy cannot come into force", ...lines].join("\n");
  return { uid, allowed: false, status: { code: 422, reason: "Invalid", message }, ...words };
}

/** What the warning is called is never cut off: it is what the reference is looked up by. */
function warned(warning: PolicyProblem): string {
  const name = warning.code === undefined ? "" : ` (${warning.code})`;
  return `${shortened(describePolicyProblem(warning), name.length)}${name}`;
}

function recordOf(request: AdmissionRequest, objections: Objections | undefined): PolicyReviewRecord {
  const { uid, namespace = "", name = "", dryRun } = request;
  const about = { uid, namespace, name, dryRun: dryRun === true };
  if (objections === undefined) return { ...nothing, ...about, outcome: "untouched" };
  const [problems, warnings] = [objections.problems.length, objections.warnings.length];
  return { ...about, outcome: problems === 0 ? "accepted" : "rejected", problems, warnings };
}

const nothing = { uid: "", namespace: "", name: "", dryRun: false, problems: 0, warnings: 0 };
