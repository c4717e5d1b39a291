import { type AdmissionRequest } from "../kubernetes/admission-review.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Answer, type Occasion, type ReviewedPod, type ValidationRecord } from "./answer.ts";
import { type Decision } from "./decision.ts";
import { notAReview, openEnvelope, reply } from "./envelope.ts";
import { judgeCreation } from "./judge-creation.ts";
import { judgeEphemeralContainers } from "./judge-ephemeral-containers.ts";
import { judgeResize } from "./judge-resize.ts";
import { isAboutPod, podIn } from "./pod-request.ts";
import { respond } from "./respond.ts";
import { type Surroundings } from "./review.ts";
import { nothingReviewed, recordOf } from "./review-record.ts";
import { type Judged } from "./verdict.ts";

/**
 * Answers one body that was posted to the webhook that has the last word. It changes nothing: what goes against a policy
 * now is refused. Never throws on bad input.
 *
 * | what came | whose fault | answer |
 * | --- | --- | --- |
 * | a review of a Pod that is created, after all webhooks that change it | nobody's | 200, allowed or denied |
 * | a review of `pods/resize`, of `pods/ephemeralcontainers` | nobody's | 200, allowed or denied |
 * | a review of anything else | the webhook's configuration | 200, allowed |
 * | a Pod without containers, or of the wrong shape | its creator's | 200, allowed: validation refuses it in its own words |
 * | no JSON, no AdmissionReview v1 | the client's | 400 |
 */
export function answerPodValidation(
  body: string,
  policies: PolicySet,
  surroundings: Surroundings,
): Answer<ValidationRecord> {
  const opened = openEnvelope(body);
  if ("problem" in opened)
    return {
      ...notAReview(opened.problem),
      record: { ...nothingReviewed, outcome: "invalid", occasion: "other" },
    };
  const { request } = opened;
  const occasion = occasionOf(request);
  const reviewed = judgeRequest(request, occasion, { policies, surroundings });
  const { uid } = request;
  const response =
    reviewed === undefined ? { uid, allowed: true } : respond(uid, reviewed.pod, reviewed.decision);
  return {
    ...reply(response),
    record: { ...recordOf(request, reviewed), occasion },
    ...(reviewed === undefined ? {} : { reviewed: { ...reviewed, request } }),
  };
}

type Judge = (judged: Judged, facts: ReviewFacts, policies: PolicySet) => Decision;

const judges: Readonly<Record<Exclude<Occasion, "other">, Judge>> = {
  create: ({ pod }, facts, policies) => judgeCreation(pod, facts, policies),
  resize: judgeResize,
  ephemeralcontainers: judgeEphemeralContainers,
};

function occasionOf(request: AdmissionRequest): Occasion {
  const { operation = "CREATE", subResource = "" } = request;
  if (!isAboutPod(request)) return "other";
  if (operation === "CREATE") return subResource === "" ? "create" : "other";
  const isKnown = subResource === "resize" || subResource === "ephemeralcontainers";
  return operation === "UPDATE" && isKnown ? subResource : "other";
}

function judgeRequest(
  { object, oldObject, namespace = "", userInfo }: AdmissionRequest,
  occasion: Occasion,
  { policies, surroundings }: { policies: PolicySet; surroundings: Surroundings },
): ReviewedPod | undefined {
  const pod = podIn(object);
  if (pod === undefined || occasion === "other") return undefined;
  const facts = {
    namespace,
    // Who changes a Pod is not who created it: `users` are about the latter.
    user: occasion === "create" ? userInfo?.username : undefined,
    now: surroundings.now,
    limitRanges: surroundings.limitRangesOf?.(namespace),
  };
  return { pod, decision: judges[occasion]({ pod, old: podIn(oldObject) }, facts, policies) };
}
