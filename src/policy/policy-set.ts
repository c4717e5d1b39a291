import { LRUCache } from "lru-cache";

import { type EffectivePolicy } from "../engine/policy.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { isInForce, jointProblems } from "./joint-problems.ts";
import { matchedLabels, type ReviewFacts } from "./match.ts";
import { type Policy, PolicyError } from "./policy.ts";
import { createSelection } from "./selection.ts";

// Of a few kilobytes each. Steps come again and again, so that those of the last hours are among them.
const MAX_EFFECTIVE = 1000;

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
  const select = createSelection(inForce);
  const known = new LRUCache<string, EffectivePolicy>({ max: MAX_EFFECTIVE });
  return {
    policies: inForce,
    select: (pod, facts) => {
      const { policies: layers } = select(pod, facts);
      if (layers.length === 0) return undefined;
      // No name of a file or a ConfigMap has this character.
      const key = layers.map(({ name }) => name).join("\0");
      const effective = known.get(key) ?? effectivePolicy(layers, matched);
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
