import { deepEqual } from "../kubernetes/equality.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import { type ConfigMapIdentity, fullName, identityOf } from "./config-map-object.ts";
import { isInForce } from "./joint-problems.ts";
import { type Policy, type PolicyProblem, type PolicyReading } from "./policy.ts";
import { createPolicySet, noPolicies, type PolicySet } from "./policy-set.ts";
import { type PolicySource, saysTheSame, sourceOfConfigMap, sourceOfFiles } from "./policy-source.ts";
import { type InForce, objectionsTo, type Saying, settle, type Settled } from "./settle.ts";

const FILES = "files";

/** A source that is bad now. */
export interface Rejection {
  /** `files`, or a ConfigMap's `namespace/name`. */
  readonly source: string;
  /** The ConfigMap that an Event can be about. */
  readonly configMap?: ConfigMapIdentity;
  readonly problems: readonly PolicyProblem[];
  /** What holds instead: its last good policies, none of it, or that no Pod of its namespace that a policy matches may run. */
  readonly instead: "last-good" | "nothing" | "denial";
}

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
  readonly current: () => StoredPolicies;
}

const empty: StoredPolicies = { version: 0, policies: noPolicies, unready: [], rejected: [], warnings: [] };

type Sources = ReadonlyMap<string, PolicySource>;

/** Makes an empty store. Pure but for what it remembers: no I/O, no clock. */
export function createPolicyStore(tier: ClusterTier): PolicyStore {
  const sources = new Map<string, PolicySource>();
  let inForce = new Map<string, readonly Policy[]>();
  let stored: StoredPolicies = empty;

  const remove = (key: string): boolean => {
    if (key === FILES) return false;
    inForce.delete(key);
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
    const settled = settle(sayings(sources), inForce);
    inForce = new Map(settled.inForce);
    stored = stand(stored, sources, settled);
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
    check: (object) => check(sourceOfConfigMap(object, tier), fullName(identityOf(object)), inForce),
    current: () => stored,
  };
}

/** In the order of their keys, so that nothing depends on which came first. */
const inOrder = (sources: Sources): [string, PolicySource][] =>
  [...sources].sort(([a], [b]) => (a < b ? -1 : 1));

const sayings = (sources: Sources): Saying[] =>
  inOrder(sources)
    .filter(([, { configMap }]) => configMap?.standing !== "namespace")
    .map(([key, { policies }]) => ({ key, policies }));

function stand({ version, policies }: StoredPolicies, sources: Sources, settled: Settled): StoredPolicies {
  const rejected = inOrder(sources).flatMap(([key, source]) => rejectionOf(key, source, settled) ?? []);
  return {
    version: version + 1,
    policies: compile(policies, [...settled.inForce.values()].flat(), blocksOf(rejected)),
    unready: rejected.filter(({ instead }) => instead === "nothing").map(({ source }) => source),
    rejected,
    warnings: inOrder(sources).flatMap(([, { warnings }]) => warnings),
  };
}

function rejectionOf(
  key: string,
  source: PolicySource,
  { inForce, objections }: Settled,
): Rejection | undefined {
  const objected = (objections.get(key) ?? []).map(({ problem, policy }) => source.locate(problem, policy));
  const problems = [...source.problems, ...objected];
  if (problems.length === 0) return undefined;
  const { configMap } = source;
  const instead = inForce.has(key) ? "last-good" : "nothing";
  return {
    source: key,
    ...(configMap === undefined ? {} : { configMap: configMap.identity }),
    problems,
    instead: configMap?.standing === "namespace" ? "denial" : instead,
  };
}

function blocksOf(rejected: readonly Rejection[]): PolicySet["blocked"] {
  const blocks = new Map<string, string[]>();
  for (const { source, configMap, instead } of rejected) {
    if (configMap === undefined || instead !== "denial") continue;
    blocks.set(configMap.namespace, [...(blocks.get(configMap.namespace) ?? []), source]);
  }
  return blocks;
}

/** Compiles only what is not compiled already. */
function compile(before: PolicySet, policies: readonly Policy[], blocked: PolicySet["blocked"]): PolicySet {
  const inForce = policies.filter(isInForce);
  const compiled = new Set(before.policies);
  const isCompiled = inForce.length === compiled.size && inForce.every((policy) => compiled.has(policy));
  if (isCompiled && deepEqual([...blocked], [...before.blocked])) return before;
  return { ...(isCompiled ? before : createPolicySet(inForce)), blocked };
}

function check(source: PolicySource | undefined, key: string, inForce: InForce): Objections | undefined {
  if (source === undefined) return undefined;
  const { policies = [], problems, warnings, locate } = source;
  const objections = objectionsTo(key, policies, inForce);
  return {
    problems: [...problems, ...objections.map(({ problem, policy }) => locate(problem, policy))],
    warnings,
  };
}
