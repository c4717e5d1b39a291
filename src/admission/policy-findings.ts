import { type Finding } from "../engine/finding.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";

/** What a namespace policy would narrow must not run without it: such a finding denies whatever is reviewed. */
export function badPolicies({ blocked }: PolicySet, { namespace }: ReviewFacts): Finding[] {
  return (blocked.get(namespace) ?? []).map(({ problems }) => ({
    code: "namespace-policy",
    path: ["metadata", "namespace"],
    asked: namespace,
    message: `has a policy of its own that is bad, and no good version came before it: ${problems.join("; ")}`,
  }));
}

/** Whoever wrote them expects them to do something. */
export function idlePolicies(names: readonly string[], { namespace }: ReviewFacts): Finding[] {
  return names.map((name) => ({
    code: "namespace-policy-idle",
    path: ["metadata", "namespace"],
    asked: namespace,
    message: "has a policy of its own without effect, as no policy of the cluster is for this Pod",
    rule: name,
  }));
}

/** Where nobody knows who creates the Pod, reports must tell what was left out. */
export function unknownCreator({ unsure }: EffectivePolicy): Finding[] {
  return unsure.map((name) => ({
    code: "creator-unknown",
    path: [],
    message:
      "nobody knows who creates this Pod: the policy counts for what it restricts, not for what it grants",
    rule: `${name}#/match/users`,
  }));
}
