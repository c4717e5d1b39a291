import { type ConfigMapIdentity } from "./config-map-object.ts";
import { isEnforced, isInForce } from "./joint-problems.ts";
import { describePolicyProblem, type PolicyProblem } from "./policy.ts";
import { type PolicySource } from "./policy-source.ts";
import { type Block, type PolicySet } from "./policy-set.ts";
import { auditedBy, type Enforcement, inOrder, type SettledModes, type Sources } from "./settle-modes.ts";

/** A source that is bad now. */
export interface Rejection {
  /** `files`, or a ConfigMap's `namespace/name`. */
  readonly source: string;
  /** The ConfigMap that an Event can be about. */
  readonly configMap?: ConfigMapIdentity;
  readonly problems: readonly PolicyProblem[];
  /**
   * What holds instead: its last good policies, none of it, or that no Pod of its namespace that a policy matches may
   * run. `no-audit`: none of it, and as it would only be audited, nothing waits for it.
   */
  readonly instead: "last-good" | "nothing" | "denial" | "no-audit";
}

/** What came of settling the sources. */
export interface Settling {
  readonly settled: SettledModes;
  readonly enforcement: Enforcement;
}

/** The sources of which not all is in force that they say, or is audited, and why. */
export function rejectionsOf(sources: Sources, { settled, enforcement }: Settling): Rejection[] {
  const { enforced, audited } = settled;
  const isAudited = auditedBy(enforcement);
  return inOrder(sources).flatMap(([key, source]) => {
    // An enforced policy that would go with no audited one is not the bad one of the two.
    const told = (audited?.objections.get(key) ?? []).filter(({ policy }) => isAudited(policy));
    const objected = [...(enforced.objections.get(key) ?? []), ...told];
    const problems = [
      ...source.problems,
      ...objected.map(({ problem, policy }) => source.locate(problem, policy)),
    ];
    if (problems.length === 0) return [];
    const { configMap } = source;
    return {
      source: key,
      ...(configMap === undefined ? {} : { configMap: configMap.identity }),
      problems,
      instead: insteadOf(key, source, { settled, enforcement }),
    };
  });
}

function insteadOf(
  key: string,
  source: PolicySource,
  { settled, enforcement }: Settling,
): Rejection["instead"] {
  const standing = [settled.enforced, settled.audited].flatMap((tiers) => tiers?.inForce.get(key) ?? []);
  if (standing.length > 0) return "last-good";
  if (isOnlyAudited(source)) return "no-audit";
  if (source.configMap?.standing !== "namespace") return "nothing";
  return enforcement === "none" ? "no-audit" : "denial";
}

const isOnlyAudited = ({ policies, saysAudit }: PolicySource): boolean =>
  policies === undefined ? saysAudit : policies.every((policy) => isInForce(policy) && !isEnforced(policy));

/** The namespaces whose Pods are denied. */
export const blocksOf = (rejected: readonly Rejection[]): PolicySet["blocked"] =>
  blocks(rejected.filter(({ instead }) => instead === "denial"));

/** The namespaces whose Pods would be denied if everything were enforced. */
export function auditedBlocks(sources: Sources, { audited }: SettledModes): PolicySet["blocked"] {
  const bad = inOrder(sources).flatMap(([key, { configMap, problems, locate }]) => {
    if (configMap?.standing !== "namespace" || audited?.inForce.has(key) === true) return [];
    const objected = (audited?.objections.get(key) ?? []).map(({ problem, policy }) =>
      locate(problem, policy),
    );
    return { source: key, configMap: configMap.identity, problems: [...problems, ...objected] };
  });
  return blocks(bad);
}

function blocks(bad: readonly Omit<Rejection, "instead">[]): PolicySet["blocked"] {
  const blocked = new Map<string, Block[]>();
  for (const { source, configMap, problems } of bad) {
    if (configMap === undefined) continue;
    const block = { name: source, problems: problems.map(describePolicyProblem) };
    blocked.set(configMap.namespace, [...(blocked.get(configMap.namespace) ?? []), block]);
  }
  return blocked;
}
