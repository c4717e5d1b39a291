import { type AdmissionRequest, type AdmissionResponse } from "../kubernetes/admission-review.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Answer, type ReviewedPod } from "./answer.ts";
import { decide } from "./decide.ts";
import { notAReview, openEnvelope, reply } from "./envelope.ts";
import { isAboutPod, podIn } from "./pod-request.ts";
import { respond } from "./respond.ts";
import { nothingReviewed, recordOf } from "./review-record.ts";

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
    return { ...notAReview(opened.problem), record: { ...nothingReviewed, outcome: "invalid" } };
  return answerRequest(opened.request, policies, surroundings);
}

/** What is known of the world when a review is answered. */
export interface Surroundings {
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** Looked up in memory: nothing is asked of anybody while a Pod waits. */
  readonly limitRangesOf?: (namespace: string) => ReviewFacts["limitRanges"];
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
  const { status, body } = reply(response);
  const record = recordOf(request, reviewed);
  if (reviewed === undefined) return { status, body, record };
  const { pod, decision } = reviewed;
  return { status, body, record, reviewed: { pod, decision, request } };
}

/** The Pod as it was sent, if its creation is what is reviewed and it has the shape of a Pod. */
function podOf(request: AdmissionRequest): Pod | undefined {
  const { operation = "CREATE", subResource = "", object } = request;
  return operation === "CREATE" && subResource === "" && isAboutPod(request) ? podIn(object) : undefined;
}
