import { LRUCache } from "lru-cache";

import { type EffectivePolicy } from "../engine/policy.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { byPriority } from "./by-priority.ts";
import { effectivePolicy, type MatchedLabels } from "./effective-policy.ts";
import { isEnforced, isInForce, jointProblems } from "./joint-problems.ts";
import { isOfNamespace, type Layers } from "./layers.ts";
import { matchedLabels, type ReviewFacts } from "./match.ts";
import { type Policy, PolicyError } from "./policy.ts";
import { createSelection, type Selected, type Selection } from "./selection.ts";

// Of a few kilobytes each. Steps come again and again, so that those of the last hours are among them.
const MAX_EFFECTIVE = 1000;

/** The policies in force, compiled once. */
export interface PolicySet {
  /** In ascending priority, equal ones by name; disabled and audited ones are left out. */
  readonly policies: readonly Policy[];
  /** What the policies that match the Pod say together; nothing where none of the cluster does. */
  readonly select: (pod: Pod, facts: ReviewFacts) => EffectivePolicy | undefined;
  /** The policies of the Pod's namespace that match it, where none of the cluster does: they have nothing to narrow. */
  readonly idle: (pod: Pod, facts: ReviewFacts) => readonly string[];
  /** Namespaces with bad policies of their own, and what is wrong: no Pod runs there that a policy of the cluster matches. */
  readonly blocked: ReadonlyMap<string, readonly Block[]>;
  /** The set that there would be if policies in audit mode were enforced, beside the enforced ones; only where there are any. */
  readonly audited?: PolicySet;
}

/** A policy of a namespace that is bad, and of which no good version is known. */
export interface Block {
  readonly name: string;
  readonly problems: readonly string[];
}

/**
 * Compiles policies into a set. Those in audit mode count in what is audited, and in nothing else.
 * @throws {PolicyError} when they could not stand beside each other.
 */
export function createPolicySet(policies: readonly Policy[]): PolicySet {
  const problems = jointProblems(policies).map(({ policy, problem }) => ({
    ...problem,
    origin: policy.name,
  }));
  if (problems.length > 0) throw new PolicyError(problems);
  const set = compilePolicies(policies.filter(isEnforced));
  return policies.some((policy) => isInForce(policy) && !isEnforced(policy))
    ? { ...set, audited: compilePolicies(policies) }
    : set;
}

/** Every policy that something is decided by, be it only for an audit; in ascending priority. */
export function loadedPolicies({ policies, audited }: PolicySet): readonly Policy[] {
  if (audited === undefined) return policies;
  return [...new Set([...policies, ...audited.policies])].sort(byPriority);
}

/** Compiles policies that can stand beside each other: all count, whether their mode is to enforce or to audit. */
export function compilePolicies(policies: readonly Policy[]): PolicySet {
  const inForce = policies.filter(isInForce).toSorted(byPriority);
  const cluster = inForce.filter((policy) => !isOfNamespace(policy));
  const select = createSelection(cluster);
  const labels = labelsOf(cluster);
  const matched = { all: labels, ofCluster: labels };
  const spaces = spacesOf(inForce, matched);
  const known = new LRUCache<string, EffectivePolicy>({ max: MAX_EFFECTIVE });
  return {
    policies: inForce,
    select: (pod, facts) => {
      const chosen = select(pod, facts);
      if (isNothing(chosen)) return undefined;
      const space = spaces.get(facts.namespace);
      const layers = layersOf(chosen, space?.select(pod, facts));
      const key = keyOf(layers, space === undefined ? "" : facts.namespace);
      const there = known.get(key);
      if (there !== undefined) return there;
      const effective = effectivePolicy(layers, space?.matched ?? matched);
      known.set(key, effective);
      return effective;
    },
    idle: (pod, facts) => {
      const chosen = spaces.get(facts.namespace)?.select(pod, facts);
      if (chosen === undefined || !isNothing(select(pod, facts))) return [];
      return [...chosen.policies, ...chosen.butForUsers].map(({ name }) => name);
    },
    blocked: new Map(),
  };
}

/** The set of no policies: it matches nothing. */
export const noPolicies: PolicySet = createPolicySet([]);

/** The policies of one namespace. */
interface Space {
  readonly select: Selection;
  /** The labels on which policies match that may be for its Pods. */
  readonly matched: MatchedLabels;
}

function spacesOf(policies: readonly Policy[], { ofCluster }: MatchedLabels): ReadonlyMap<string, Space> {
  const byNamespace = new Map<string, Policy[]>();
  for (const policy of policies.filter(isOfNamespace)) {
    const { namespace = "" } = policy;
    const some = byNamespace.get(namespace);
    if (some === undefined) byNamespace.set(namespace, [policy]);
    else some.push(policy);
  }
  return new Map(
    [...byNamespace].map(([namespace, some]) => [
      namespace,
      {
        select: createSelection(some),
        matched: { all: new Set([...ofCluster, ...labelsOf(some)]), ofCluster },
      },
    ]),
  );
}

function labelsOf(policies: readonly Policy[]): ReadonlySet<string> {
  return new Set(policies.flatMap(({ document }) => matchedLabels(document.match)));
}

const isNothing = ({ policies, butForUsers }: Selected): boolean =>
  policies.length === 0 && butForUsers.length === 0;

const layersOf = (
  cluster: Selected,
  { policies: namespace, butForUsers }: Selected = { policies: [], butForUsers: [] },
): Layers => ({ base: cluster.policies, namespace, unsure: [...cluster.butForUsers, ...butForUsers] });

/** No name of a file or a ConfigMap has these characters. */
function keyOf({ base, namespace, unsure }: Layers, space: string): string {
  const lists = [base, namespace, unsure].map((layers) => layers.map(({ name }) => name).join("\0"));
  return [...lists, space].join("\n");
}
