import { deepEqual } from "../kubernetes/equality.ts";
import { type Problem } from "../text/problem.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import { type ConfigMapIdentity, fullName, identityOf } from "./config-map-object.ts";
import { isInForce } from "./joint-problems.ts";
import { describePolicyProblem, type Policy, type PolicyProblem, type PolicyReading } from "./policy.ts";
import { type Block, createPolicySet, loadedPolicies, noPolicies, type PolicySet } from "./policy-set.ts";
import { lintTogether } from "./lint/lint-together.ts";
import { namespaceWarnings } from "./namespace-warnings.ts";
import { type PolicySource, saysTheSame, sourceOfConfigMap, sourceOfFiles } from "./policy-source.ts";
import { type InForce, objectionsTo, type Saying, settle, type Settled, settleNamespaces } from "./settle.ts";

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
  let law: InForce = new Map();
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
    const settled = settleAll(sources, inForce);
    inForce = new Map(settled.inForce);
    law = settled.law;
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
    check: (object) => check(sourceOfConfigMap(object, tier), fullName(identityOf(object)), law),
    current: () => stored,
  };
}

/** In the order of their keys, so that nothing depends on which came first. */
const inOrder = (sources: Sources): [string, PolicySource][] =>
  [...sources].sort(([a], [b]) => (a < b ? -1 : 1));

/** What stands for the whole cluster first, then what narrows it: no namespace holds up the cluster's. */
function settleAll(sources: Sources, before: InForce): Settled & { readonly law: InForce } {
  const [cluster, ofNamespaces] = [sayings(sources, "cluster"), sayings(sources, "namespace")];
  const standing = settle(cluster, ofKeys(before, cluster));
  const narrowing = settleNamespaces(ofNamespaces, before, [...standing.inForce.values()].flat());
  return {
    law: standing.inForce,
    inForce: new Map([...standing.inForce, ...narrowing.inForce]),
    objections: new Map([...standing.objections, ...narrowing.objections]),
  };
}

/** What files say is the cluster's, also where it is about a namespace. */
const sayings = (sources: Sources, standing: "cluster" | "namespace"): Saying[] =>
  inOrder(sources)
    .filter(([, { configMap }]) => (configMap?.standing ?? "cluster") === standing)
    .map(([key, { policies }]) => ({ key, policies }));

const ofKeys = (inForce: InForce, sources: readonly Saying[]): InForce =>
  new Map(
    sources.flatMap(({ key }) => {
      const policies = inForce.get(key);
      return policies === undefined ? [] : [[key, policies] as const];
    }),
  );

function stand({ version, policies }: StoredPolicies, sources: Sources, settled: Settled): StoredPolicies {
  const rejected = inOrder(sources).flatMap(([key, source]) => rejectionOf(key, source, settled) ?? []);
  return {
    version: version + 1,
    policies: compile(policies, [...settled.inForce.values()].flat(), blocksOf(rejected)),
    unready: rejected.filter(({ instead }) => instead === "nothing").map(({ source }) => source),
    rejected,
    warnings: [...inOrder(sources).flatMap(([, { warnings }]) => warnings), ...beside(sources, settled)],
  };
}

/** What is worth a word about policies beside each other. */
function beside(sources: Sources, { inForce }: Settled): PolicyProblem[] {
  const places = new Map<Policy, (problem: Problem, policy: Policy) => PolicyProblem>();
  for (const { policies = [], locate } of sources.values())
    for (const policy of policies) places.set(policy, locate);
  return lintTogether([...inForce.values()].flat()).map(
    // Of what is not the text of now, only the name is known.
    ({ policy, problem }) => places.get(policy)?.(problem, policy) ?? { ...problem, origin: policy.name },
  );
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
  const nothing = configMap?.standing === "namespace" ? "denial" : "nothing";
  return {
    source: key,
    ...(configMap === undefined ? {} : { configMap: configMap.identity }),
    problems,
    instead: inForce.has(key) ? "last-good" : nothing,
  };
}

function blocksOf(rejected: readonly Rejection[]): PolicySet["blocked"] {
  const blocks = new Map<string, Block[]>();
  for (const { source, configMap, problems, instead } of rejected) {
    if (configMap === undefined || instead !== "denial") continue;
    const block = { name: source, problems: problems.map(describePolicyProblem) };
    blocks.set(configMap.namespace, [...(blocks.get(configMap.namespace) ?? []), block]);
  }
  return blocks;
}

/** Compiles only what is not compiled already. */
function compile(before: PolicySet, policies: readonly Policy[], blocked: PolicySet["blocked"]): PolicySet {
  const inForce = policies.filter(isInForce);
  const compiled = new Set(loadedPolicies(before));
  const isCompiled = inForce.length === compiled.size && inForce.every((policy) => compiled.has(policy));
  if (isCompiled && deepEqual([...blocked], [...before.blocked])) return before;
  return { ...(isCompiled ? before : createPolicySet(inForce)), blocked };
}

function check(source: PolicySource | undefined, key: string, law: InForce): Objections | undefined {
  if (source === undefined) return undefined;
  const { policies = [], problems, warnings, locate } = source;
  const standing = [...law.values()].flat();
  const told = (policy: Policy): PolicyProblem[] =>
    namespaceWarnings(policy, standing).map((problem) => locate(problem, policy));
  const objections = objectionsTo(key, policies, law);
  const others = [...law].flatMap(([other, theirs]) => (other === key ? [] : theirs));
  const beside = lintTogether([...others, ...policies]).filter(({ policy }) => policies.includes(policy));
  return {
    problems: [...problems, ...objections.map(({ problem, policy }) => locate(problem, policy))],
    warnings: [
      ...warnings,
      ...beside.map(({ policy, problem }) => locate(problem, policy)),
      ...policies.flatMap((policy) => told(policy)),
    ],
  };
}
