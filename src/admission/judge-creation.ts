import { breachesOf, describeBreach } from "../engine/breach.ts";
import { isDenied } from "../engine/finding.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { decide } from "./decide.ts";
import { type Decision } from "./decision.ts";
import { verdict } from "./verdict.ts";

/**
 * Judges a Pod that is created, as all webhooks have left it. Denied is what would be denied if it were sent like this,
 * and what goes against a rule that binds. What is there was decided about already, so that its options and its creator
 * are judged a second time only where another webhook has written since. Pure.
 */
export function judgeCreation(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  const decision = decide(pod, facts, policies);
  const policy = policies.select(pod, facts);
  if (decision.outcome !== "decided" || policy === undefined) return decision;
  const { breaches, findings } = breachesOf(pod, policy);
  return verdict(pod, policy, {
    objections: [
      ...findings.filter((finding) => isDenied([finding])),
      ...breaches.map((breach) => describeBreach(pod, breach)),
    ],
  });
}
