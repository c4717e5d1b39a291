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

/** Whether the very same policies have a say about the Pod, and the same labels are none of a step's. */
function saySameOf(pod: Pod, facts: ReviewFacts, sets: readonly [PolicySet, PolicySet]): boolean {
  const [bad, other] = sets.map(({ blocked }) => blocked.get(facts.namespace)?.length ?? 0);
  const [held, audited] = sets.map((set) => set.select(pod, facts));
  if (bad !== other || held?.digest !== audited?.digest) return false;
  // Labels are reserved by policies that are for other Pods, too.
  return (["matchedLabels", "sparedLabels"] as const).every((which) =>
    hasSame(held?.[which], audited?.[which]),
  );
}

const hasSame = (some: ReadonlySet<string> = new Set(), others: ReadonlySet<string> = new Set()): boolean =>
  some.size === others.size && [...some].every((key) => others.has(key));
