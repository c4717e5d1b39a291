import { deepEqual } from "../kubernetes/equality.ts";
import { type Problem } from "../text/problem.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import { type ConfigMapIdentity, fullName, identityOf } from "./config-map-object.ts";
import { isInForce } from "./joint-problems.ts";
import { type Policy, type PolicyProblem, type PolicyReading } from "./policy.ts";
import { compilePolicies, noPolicies, type PolicySet } from "./policy-set.ts";
import { lintTogether } from "./lint/lint-together.ts";
import { namespaceWarnings } from "./namespace-warnings.ts";
import { type PolicySource, saysTheSame, sourceOfConfigMap, sourceOfFiles } from "./policy-source.ts";
import { auditedBlocks, blocksOf, type Rejection, rejectionsOf, type Settling } from "./rejections.ts";
import { type InForce, objectionsTo } from "./settle.ts";
import {
  allInForce,
  auditedBy,
  type Enforcement,
  inOrder,
  nothingSettled,
  settleModes,
  type SettledModes,
  type Sources,
} from "./settle-modes.ts";

const FILES = "files";

/** What stands in the store; the very same object until something changes. */
export interface StoredPolicies {
  /** Counts the changes. */
  readonly version: number;
  /** The very same set until one of its policies or blocks changes. */
  readonly policies: PolicySet;
  /** The sources of cluster policies that are bad and have no last good ones: a replica that has just started is not ready. */
  readonly unready: readonly string[];
  readonly rejected: readonly Rejection[];
  readonly warnings: readonly PolicyProblem[];
}

/** What would be said of a ConfigMap. */
export interface Objections {
  readonly problems: readonly PolicyProblem[];
  readonly warnings: readonly PolicyProblem[];
}

/** The policies of files and ConfigMaps, of which a bad one never replaces a good one. Takes ConfigMaps as whatever JSON they are. */
export interface PolicyStore {
  readonly setFiles: (reading: PolicyReading) => void;
  /** One that is no policy (any more) is removed. */
  readonly putConfigMap: (object: unknown) => void;
  /** By `namespace/name`. What is deleted is gone, bad or good. */
  readonly removeConfigMap: (name: string) => void;
  /** A fresh list: whatever it speaks of and does not have is gone. */
  readonly replaceConfigMaps: (objects: readonly unknown[], speaksOf?: (name: string) => boolean) => void;
  /** What would be wrong if the ConfigMap came into force beside the others; nothing where it is no policy. */
  readonly check: (object: unknown) => Objections | undefined;
  /** Which version of which ConfigMap a policy of this name is; nothing for one of a file. */
  readonly identify: (policy: string) => ConfigMapIdentity | undefined;
  readonly current: () => StoredPolicies;
}

const empty: StoredPolicies = { version: 0, policies: noPolicies, unready: [], rejected: [], warnings: [] };

/** Makes an empty store. Pure but for what it remembers: no I/O, no clock. */
export function createPolicyStore(tier: ClusterTier, enforcement: Enforcement = "by-mode"): PolicyStore {
  const sources = new Map<string, PolicySource>();
  let settled = nothingSettled;
  let stored: StoredPolicies = empty;

  const remove = (key: string): boolean => {
    if (key === FILES) return false;
    for (const tiers of [settled.enforced, settled.audited]) tiers?.inForce.delete(key);
    return sources.delete(key);
  };
  const put = (object: unknown): boolean => {
    const key = fullName(identityOf(object));
    const known = sources.get(key);
    if (known !== undefined && saysTheSame(known, object, tier)) return false;
    const source = sourceOfConfigMap(object, tier);
    if (source === undefined) return remove(key);
    // Another one of the same name: what was deleted in between has no last good policies.
    if (known?.configMap?.identity.uid !== source.configMap?.identity.uid) remove(key);
    sources.set(key, source);
    return true;
  };
  const renew = (isChanged: boolean): void => {
    if (!isChanged) return;
    settled = settleModes(sources, settled, enforcement);
    stored = stand(stored, sources, { settled, enforcement });
  };

  return {
    setFiles: (reading) => {
      sources.set(FILES, sourceOfFiles(reading));
      renew(true);
    },
    putConfigMap: (object) => {
      renew(put(object));
    },
    removeConfigMap: (name) => {
      renew(remove(name));
    },
    replaceConfigMaps: (objects, speaksOf = () => true) => {
      const listed = new Map(objects.map((object) => [fullName(identityOf(object)), object]));
      const gone = [...sources.keys()].filter((key) => key !== FILES && speaksOf(key) && !listed.has(key));
      const removed = gone.map(remove);
      const changed = [...listed].map(([name, object]) => speaksOf(name) && put(object));
      renew([...removed, ...changed].includes(true));
    },
    check: (object) =>
      check(sourceOfConfigMap(object, tier), { key: fullName(identityOf(object)), settled, enforcement }),
    identify: (policy) => sources.get(policy)?.configMap?.identity,
    current: () => stored,
  };
}

function stand(
  { version, policies }: StoredPolicies,
  sources: Sources,
  { settled, enforcement }: Settling,
): StoredPolicies {
  const rejected = rejectionsOf(sources, { settled, enforcement });
  const held = { policies: [...settled.enforced.inForce.values()].flat(), blocked: blocksOf(rejected) };
  const audited = settled.audited && {
    policies: allInForce(settled),
    blocked: auditedBlocks(sources, settled),
  };
  return {
    version: version + 1,
    policies: compile(policies, held, audited),
    unready: rejected.filter(({ instead }) => instead === "nothing").map(({ source }) => source),
    rejected,
    warnings: [...inOrder(sources).flatMap(([, { warnings }]) => warnings), ...beside(sources, settled)],
  };
}

/** What is worth a word about policies beside each other. */
function beside(sources: Sources, settled: SettledModes): PolicyProblem[] {
  const places = new Map<Policy, (problem: Problem, policy: Policy) => PolicyProblem>();
  for (const { policies = [], locate } of sources.values())
    for (const policy of policies) places.set(policy, locate);
  const inForce = new Set([...[...settled.enforced.inForce.values()].flat(), ...allInForce(settled)]);
  return lintTogether([...inForce]).map(
    // Of what is not the text of now, only the name is known.
    ({ policy, problem }) => places.get(policy)?.(problem, policy) ?? { ...problem, origin: policy.name },
  );
}

type Parts = Pick<PolicySet, "policies" | "blocked">;

/** Compiles only what is not compiled already. */
function compile(before: PolicySet, held: Parts, audited: Parts | undefined): PolicySet {
  const set = recompiled(before, held);
  const beside = audited && recompiled(before.audited ?? noPolicies, audited);
  if (set === before && beside === before.audited) return before;
  const { policies, select, idle, blocked } = set;
  return { policies, select, idle, blocked, ...(beside === undefined ? {} : { audited: beside }) };
}

function recompiled(before: PolicySet, { policies, blocked }: Parts): PolicySet {
  const inForce = policies.filter(isInForce);
  const compiled = new Set(before.policies);
  const isCompiled = inForce.length === compiled.size && inForce.every((policy) => compiled.has(policy));
  if (isCompiled && deepEqual([...blocked], [...before.blocked])) return before;
  return { ...(isCompiled ? before : compilePolicies(inForce)), blocked };
}

function check(
  source: PolicySource | undefined,
  { key, settled, enforcement }: Settling & { readonly key: string },
): Objections | undefined {
  if (source === undefined) return undefined;
  const { policies = [], problems, warnings, locate } = source;
  const whole = wholeLaw(settled);
  const standing = [...whole.values()].flat();
  // What is only audited has to fit all others, and none of these has to fit it.
  const law = policies.some(auditedBy(enforcement)) ? whole : settled.enforced.law;
  const told = (policy: Policy): PolicyProblem[] =>
    namespaceWarnings(policy, standing).map((problem) => locate(problem, policy));
  const others = [...whole].flatMap(([other, theirs]) => (other === key ? [] : theirs));
  const beside = lintTogether([...others, ...policies]).filter(({ policy }) => policies.includes(policy));
  return {
    problems: [
      ...problems,
      ...objectionsTo(key, policies, law).map(({ problem, policy }) => locate(problem, policy)),
    ],
    warnings: [
      ...warnings,
      ...beside.map(({ policy, problem }) => locate(problem, policy)),
      ...policies.flatMap((policy) => told(policy)),
    ],
  };
}

/** The policies of the cluster, whether they are enforced or audited. */
function wholeLaw({ enforced, audited }: SettledModes): InForce {
  const law = new Map(enforced.law);
  for (const [key, policies] of audited?.law ?? []) law.set(key, [...(law.get(key) ?? []), ...policies]);
  return law;
}
