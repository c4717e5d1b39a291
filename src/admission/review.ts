import { type Finding } from "../engine/finding.ts";
import { type AdmissionRequest, type AdmissionResponse } from "../kubernetes/admission-review.ts";
import { Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Answer, type ReviewRecord } from "./answer.ts";
import { decide } from "./decide.ts";
import { type Decision } from "./decision.ts";
import { notAReview, openEnvelope, reply } from "./envelope.ts";
import { respond } from "./respond.ts";

/**
 * Answers one body that was posted to the webhook. Never throws on bad input.
 *
 * | what came | whose fault | answer |
 * | --- | --- | --- |
 * | a review of a Pod that is created | nobody's | 200, the decision |
 * | a review of anything else | the webhook's configuration | 200, allowed, untouched |
 * | a Pod without containers, or of the wrong shape | its creator's | 200, allowed: validation refuses it in its own words |
 * | no JSON, no AdmissionReview v1 | the client's | 400 |
 */
export function answerReview(body: string, policies: PolicySet, surroundings: Surroundings): Answer {
  const opened = openEnvelope(body);
  if ("problem" in opened)
    return { ...notAReview(opened.problem), record: { ...nothing, outcome: "invalid" } };
  return answerRequest(opened.request, policies, surroundings);
}

/** What is known of the world when a review is answered. */
export interface Surroundings {
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** Looked up in memory: nothing is asked of anybody while a Pod waits. */
  readonly limitRangesOf?: (namespace: string) => ReviewFacts["limitRanges"];
}

/** A Pod that is being created, and what was decided about it. */
export interface ReviewedPod {
  readonly pod: Pod;
  readonly decision: Decision;
}

/** Decides about the Pod of a request, if it is one that is being created. */
export function decideRequest(
  request: AdmissionRequest,
  policies: PolicySet,
  { now, limitRangesOf }: Surroundings,
): ReviewedPod | undefined {
  const pod = podOf(request);
  if (pod === undefined) return undefined;
  const { namespace = "", userInfo } = request;
  const facts = { namespace, user: userInfo?.username, now, limitRanges: limitRangesOf?.(namespace) };
  return { pod, decision: decide(pod, facts, policies) };
}

function answerRequest(request: AdmissionRequest, policies: PolicySet, surroundings: Surroundings): Answer {
  const reviewed = decideRequest(request, policies, surroundings);
  const { uid } = request;
  const response: AdmissionResponse =
    reviewed === undefined ? { uid, allowed: true } : respond(uid, reviewed.pod, reviewed.decision);
  return { ...reply(response), record: recordOf(request, reviewed) };
}

/** The Pod as it was sent, if its creation is what is reviewed and it has the shape of a Pod. */
function podOf({ kind, operation = "CREATE", subResource = "", object }: AdmissionRequest): Pod | undefined {
  if (operation !== "CREATE" || subResource !== "" || !isPodKind(kind)) return undefined;
  // What was sent is decided about, not what the schema makes of it.
  return Pod.safeParse(object).success ? (object as Pod) : undefined;
}

function isPodKind(kind: AdmissionRequest["kind"]): boolean {
  return kind === undefined || (kind.kind === "Pod" && (kind.group ?? "") === "");
}

function recordOf(request: AdmissionRequest, reviewed: ReviewedPod | undefined): ReviewRecord {
  const { uid, namespace = "", name = "", dryRun } = request;
  const about = { uid, namespace, name, dryRun: dryRun === true };
  if (reviewed === undefined) return { ...nothing, ...about, outcome: "untouched" };
  const { outcome, policies, digest, changes, findings } = reviewed.decision;
  return {
    ...about,
    name: nameOf(reviewed.pod) ?? name,
    outcome,
    policies,
    digest,
    changes: changes.length,
    findings: countByCode(findings),
  };
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

const nothing = {
  uid: "",
  namespace: "",
  name: "",
  dryRun: false,
  policies: [],
  digest: "",
  changes: 0,
  findings: {},
};
