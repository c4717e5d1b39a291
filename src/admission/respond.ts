import jsonPatch from "fast-json-patch";

import { describeFinding, type Finding, isRefused, severityOf } from "../engine/finding.ts";
import { type AdmissionResponse } from "../kubernetes/admission-review.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Decision } from "./decision.ts";
import { listed } from "./listed.ts";
import { warningsOf } from "./warnings.ts";

// An audit event is one line of a log: what is longer is cut with a word about it.
const MAX_AUDIT_VALUE = 8 * 1024;

/**
 * The API server's answer to a review whose Pod was decided about. `before` is the Pod as it was sent. What is only
 * audited goes into audit annotations, and nowhere else.
 */
export function respond(uid: string, before: Pod, decision: Decision): AdmissionResponse {
  const auditAnnotations = auditAnnotationsOf(decision);
  if (decision.outcome === "untouched")
    return {
      uid,
      allowed: true,
      ...warned(decision),
      ...(decision.audited === undefined ? {} : { auditAnnotations }),
    };
  if (decision.outcome !== "decided")
    return { uid, allowed: false, status: statusOf(decision), auditAnnotations };
  const patch = patchOf(before, decision.pod);
  return {
    uid,
    allowed: true,
    ...(patch.length === 0
      ? {}
      : { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") }),
    ...warned(decision),
    auditAnnotations,
  };
}

function warned({ findings }: Decision): Pick<AdmissionResponse, "warnings"> {
  const warnings = warningsOf(findings);
  return warnings.length === 0 ? {} : { warnings };
}

/** The JSON Patch that makes the one Pod the other; what they share is not looked at. */
export function patchOf(before: Pod, after: Pod): jsonPatch.Operation[] {
  return before === after ? [] : jsonPatch.compare(before, after);
}

/** Everything that is wrong or refused, each on a line, and whom to ask. */
export function denialMessage({ outcome, findings, contact, policies }: Decision): string {
  const objections = findings.filter((finding) =>
    ["malformed", "denied", "refused"].includes(severityOf(finding)),
  );
  const lead = outcome === "malformed" ? "the step's options cannot be read" : refusalLead(objections);
  const whom =
    contact === "" ? `policies: ${policies.join(", ")}` : `policies: ${policies.join(", ")}; ask: ${contact}`;
  const lines = [...objections, ...findings.filter(({ code }) => code === "creator-unknown")];
  return [`podpecker: ${lead}`, ...listed(lines.map(describeFinding)), whom].join("\n");
}

function refusalLead(objections: readonly Finding[]): string {
  const isAbout = (code: Finding["code"]) => (objection: Finding) => objection.code === code;
  if (objections.some(isAbout("namespace-policy"))) return "no step runs in this namespace";
  if (objections.every(({ code }) => ["pod-refused", "pod-denied"].includes(code)))
    return "the Pod says what the policy does not grant";
  return isRefused(objections)
    ? "the step asks for what the policy does not grant"
    : "the Pod goes beyond what the policy allows";
}

function statusOf(decision: Decision): NonNullable<AdmissionResponse["status"]> {
  const message = denialMessage(decision);
  return decision.outcome === "malformed"
    ? { code: 422, reason: "Invalid", message }
    : { code: 403, reason: "Forbidden", message };
}

/** What the audit log shall hold. The API server wants keys as label names are, and puts the webhook's before them. */
function auditAnnotationsOf(decision: Decision): Record<string, string> {
  const { audited } = decision;
  const held = decision.outcome === "untouched" ? {} : auditOf(decision);
  if (audited === undefined) return held;
  const would = Object.entries({ outcome: audited.outcome, ...auditOf(audited) });
  return { ...held, ...Object.fromEntries(would.map(([key, value]) => [`audited-${key}`, value])) };
}

/** Values are left to the audited patch itself. */
function auditOf({ policies, digest, changes, findings }: Decision): Record<string, string> {
  const rules = changes.map(({ pointer, rule }) => `${pointer} ${rule}`);
  return {
    policies: policies.join(","),
    digest,
    ...(rules.length === 0 ? {} : { changes: cut(rules) }),
    ...(findings.length === 0
      ? {}
      : { findings: cut(findings.map((finding) => `${finding.code}: ${describeFinding(finding)}`)) }),
  };
}

function cut(lines: readonly string[]): string {
  const text = lines.join("\n");
  return text.length <= MAX_AUDIT_VALUE
    ? text
    : `${text.slice(0, MAX_AUDIT_VALUE)}… (${lines.length} in all)`;
}
