import { isEnforced, isInForce, type JointProblem } from "./joint-problems.ts";
import { type Policy } from "./policy.ts";
import { type PolicySource } from "./policy-source.ts";
import { type InForce, type Saying, settle, settleNamespaces } from "./settle.ts";

/** The sources of policies, by their keys. */
export type Sources = ReadonlyMap<string, PolicySource>;

/** What comes into force, and what would if policies in audit mode were enforced. */
export interface SettledModes {
  readonly enforced: SettledTiers;
  /** Only where anything is audited: what stands there beside the cluster's enforced policies. */
  readonly audited?: SettledTiers;
}

interface SettledTiers {
  /** Of the policies of the cluster. */
  readonly law: InForce;
  /** Of both tiers. To be deleted from, where a source is gone. */
  readonly inForce: Map<string, readonly Policy[]>;
  readonly objections: ReadonlyMap<string, readonly JointProblem[]>;
}

const nothing: SettledTiers = { law: new Map(), inForce: new Map(), objections: new Map() };

export const nothingSettled: SettledModes = { enforced: nothing };

/** Which policies are enforced: those that say so, or none, so that all are audited that are not disabled. */
export type Enforcement = "by-mode" | "none";

/** Which of two parts of the policies: those that are only audited, or all others. */
type Part = (policy: Policy) => boolean;

/** Tells the policies that are only audited. */
export const auditedBy =
  (enforcement: Enforcement): Part =>
  (policy) =>
    isInForce(policy) && (enforcement === "none" || !isEnforced(policy));

/**
 * Brings into force what the sources say: what is enforced first, as if nothing else were there; then, for the audit,
 * what is only audited beside it. There the policies of namespaces have their turn once more, as they narrow both.
 */
export function settleModes(sources: Sources, before: SettledModes, enforcement: Enforcement): SettledModes {
  const isAudited = auditedBy(enforcement);
  const listed = inOrder(sources);
  const enforced = settleEnforced(listed, before.enforced.inForce, (policy) => !isAudited(policy));
  if (before.audited === undefined && !listed.some(([, source]) => hasAudited(source, isAudited)))
    return { enforced };
  const known = before.audited?.inForce ?? new Map<string, readonly Policy[]>();
  const candidates = sayings(listed, "cluster", isAudited);
  const law = settle(candidates, ofKeys(known, candidates), flat(enforced.law));
  const narrowing = settleNamespaces(
    sayings(listed, "namespace", () => true),
    new Map([...enforced.inForce, ...known]),
    [...flat(enforced.law), ...flat(law.inForce)],
  );
  const inForce = new Map([...law.inForce, ...narrowing.inForce]);
  const isAny = flat(inForce).some(isAudited) || listed.some(([, source]) => hasAudited(source, isAudited));
  if (!isAny) return { enforced };
  const objections = new Map([...law.objections, ...narrowing.objections]);
  return { enforced, audited: { law: law.inForce, inForce, objections } };
}

/** What stands for the whole cluster first, then what narrows it: no namespace holds up the cluster's. */
function settleEnforced(listed: Listed, before: InForce, part: Part): SettledTiers {
  const cluster = sayings(listed, "cluster", part);
  const standing = settle(cluster, ofKeys(before, cluster));
  const ofNamespaces = sayings(listed, "namespace", part);
  const narrowing = settleNamespaces(ofNamespaces, before, flat(standing.inForce));
  return {
    law: standing.inForce,
    inForce: new Map([...standing.inForce, ...narrowing.inForce]),
    objections: new Map([...standing.objections, ...narrowing.objections]),
  };
}

const flat = (inForce: InForce): Policy[] => [...inForce.values()].flat();

type Listed = readonly (readonly [key: string, source: PolicySource])[];

/** In the order of their keys, so that nothing depends on which came first. */
export const inOrder = (sources: Sources): [string, PolicySource][] =>
  [...sources].sort(([a], [b]) => (a < b ? -1 : 1));

const hasAudited = ({ policies, saysAudit }: PolicySource, isAudited: Part): boolean =>
  policies === undefined ? saysAudit : policies.some(isAudited);

/** What files say is the cluster's, also where it is about a namespace. */
const sayings = (listed: Listed, standing: "cluster" | "namespace", part: Part): Saying[] =>
  listed
    .filter(([, { configMap }]) => (configMap?.standing ?? "cluster") === standing)
    .map(([key, { policies }]) => ({ key, policies: policies && partOf(policies, part) }));

const partOf = (policies: readonly Policy[], part: Part): readonly Policy[] =>
  policies.every(part) ? policies : policies.filter(part);

const ofKeys = (inForce: InForce, sources: readonly Saying[]): InForce =>
  new Map(
    sources.flatMap(({ key }) => {
      const policies = inForce.get(key);
      return policies === undefined ? [] : [[key, policies] as const];
    }),
  );

/** Everything that stands where all is enforced: the cluster's, and what the namespaces have beside that. */
export function allInForce({ enforced, audited = nothing }: SettledModes): Policy[] {
  return [...flat(enforced.law), ...flat(audited.inForce)];
}
