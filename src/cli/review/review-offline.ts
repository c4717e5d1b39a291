import { answerReview, decideRequest, type Surroundings } from "../../admission/review.ts";
import { type Decision } from "../../admission/decision.ts";
import { describeFinding, severityOf } from "../../engine/finding.ts";
import { AdmissionReview } from "../../kubernetes/admission-review.ts";
import { type PolicySet } from "../../policy/policy-set.ts";
import { type Account, readAnswer, type Reviewer } from "./verdict.ts";

/** Decides here, by the very code of the webhook. */
export function createOfflineReviewer(policies: PolicySet, surroundings: Surroundings): Reviewer {
  return (body) => {
    const answer = answerReview(body, policies, surroundings);
    const read = readAnswer(answer.body);
    if (read === undefined) throw new Error(`no answer to a review that was checked: ${answer.body}`);
    const { request } = AdmissionReview.parse(JSON.parse(body));
    const account = accountOf(decideRequest(request, policies, surroundings)?.decision);
    return Promise.resolve({ body: answer.body, ...read, account });
  };
}

function accountOf(decision: Decision | undefined): Account {
  if (decision === undefined) {
    return { outcome: "unreviewed", policies: [], digest: "", changes: [], findings: [] };
  }
  const { outcome, policies, digest, changes, audited } = decision;
  const findings = decision.findings.map((finding) => ({
    ...finding,
    severity: severityOf(finding),
    text: describeFinding(finding),
  }));
  const account = { outcome, policies, digest, changes, findings };
  return audited === undefined
    ? account
    : {
        ...account,
        audited: { ...accountOf(audited), ...(audited.outcome === "decided" ? { pod: audited.pod } : {}) },
      };
}
