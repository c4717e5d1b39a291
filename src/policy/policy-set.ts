import { type EffectivePolicy } from "../engine/policy.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { compileMatch, matchedLabels, type ReviewFacts } from "./match.ts";
import { type Policy, PolicyError, type PolicyProblem } from "./policy.ts";

/** The policies in force, compiled once. */
export interface PolicySet {
  /** In ascending priority, equal ones by name; disabled ones are left out. */
  readonly policies: readonly Policy[];
  /** What the policies that match the Pod say together; nothing where none matches. */
  readonly select: (pod: Pod, facts: ReviewFacts) => EffectivePolicy | undefined;
}

/**
 * Compiles policies into a set.
 * @throws {PolicyError} when one writes a label by which another one is chosen: a second decision would follow other rules than the first.
 */
export function createPolicySet(policies: readonly Policy[]): PolicySet {
  const inForce = policies.filter(({ document }) => document.mode !== "disabled").toSorted(byPriority);
  const matched = new Set(inForce.flatMap(({ document }) => matchedLabels(document.match)));
  const problems = inForce.flatMap((policy) => choosingLabels(policy, matched));
  if (problems.length > 0) throw new PolicyError(problems);
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

function choosingLabels({ name, document }: Policy, matched: ReadonlySet<string>): PolicyProblem[] {
  return (["set", "default"] as const).flatMap((verb) =>
    Object.keys(document.labels?.[verb] ?? {})
      .filter((key) => matched.has(key))
      .map((key) => ({
        origin: name,
        path: ["labels", verb, key],
        message: "is a label by which policies are chosen (match); no policy may write it",
      })),
  );
}
