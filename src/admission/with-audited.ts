import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Decision } from "./decision.ts";

/** The decision that holds, with the one that all policies would make beside it where those in audit mode have a say. */
export function withAudited(
  pod: Pod,
  facts: ReviewFacts,
  { policies, decideBy }: { policies: PolicySet; decideBy: (policies: PolicySet) => Decision },
): Decision {
  const decision = decideBy(policies);
  const { audited } = policies;
  if (audited === undefined || saySameOf(pod, facts, [policies, audited])) return decision;
  const hypothetical = decideBy(audited);
  const isForPod = decision.outcome !== "untouched" || hypothetical.outcome !== "untouched";
  return isForPod ? { ...decision, audited: hypothetical } : decision;
}

/** Whether the very same policies have a say about the Pod. */
function saySameOf(pod: Pod, facts: ReviewFacts, [held, audited]: readonly [PolicySet, PolicySet]): boolean {
  const bad = [held, audited].map(({ blocked }) => blocked.get(facts.namespace)?.length ?? 0);
  return bad[0] === bad[1] && held.select(pod, facts)?.digest === audited.select(pod, facts)?.digest;
}
