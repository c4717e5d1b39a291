import { type EffectivePolicy } from "../engine/policy.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { isInForce, jointProblems } from "./joint-problems.ts";
import { compileMatch, matchedLabels, type ReviewFacts } from "./match.ts";
import { type Policy, PolicyError } from "./policy.ts";

/** The policies in force, compiled once. */
export interface PolicySet {
  /** In ascending priority, equal ones by name; disabled ones are left out. */
  readonly policies: readonly Policy[];
  /** What the policies that match the Pod say together; nothing where none matches. */
  readonly select: (pod: Pod, facts: ReviewFacts) => EffectivePolicy | undefined;
  /** Namespaces that have policies of their own, which are not served: while these ConfigMaps are there, no Pod runs there that a policy matches. */
  readonly blocked: ReadonlyMap<string, readonly string[]>;
}

/**
 * Compiles policies into a set.
 * @throws {PolicyError} when they cannot stand beside each other.
 */
export function createPolicySet(policies: readonly Policy[]): PolicySet {
  const inForce = policies.filter(isInForce).toSorted(byPriority);
  const problems = jointProblems(inForce).map(({ policy, problem }) => ({ ...problem, origin: policy.name }));
  if (problems.length > 0) throw new PolicyError(problems);
  const matched = new Set(inForce.flatMap(({ document }) => matchedLabels(document.match)));
  const layers = inForce.map((policy) => ({ policy, matches: compileMatch(policy.document.match) }));
  const known = new Map<string, EffectivePolicy>();
  return {
    policies: inForce,
    select: (pod, facts) => {
      const chosen = layers.filter(({ matches }) => matches(pod, facts));
      if (chosen.length === 0) return undefined;
      const key = chosen.map(({ policy }) => policy.name).join("\n");
      const effective =
        known.get(key) ??
        effectivePolicy(
          chosen.map(({ policy }) => policy),
          matched,
        );
      known.set(key, effective);
      return effective;
    },
    blocked: new Map(),
  };
}

/** The set of no policies: it matches nothing. */
export const noPolicies: PolicySet = createPolicySet([]);

function byPriority(a: Policy, b: Policy): number {
  const difference = (a.document.priority ?? 0) - (b.document.priority ?? 0);
  return difference === 0 ? compareNames(a.name, b.name) : difference;
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
