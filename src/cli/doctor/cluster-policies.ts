import {
  fullName,
  identityOf,
  readConfigMapObject,
  saysAudit,
  standingOf,
} from "../../policy/config-map-object.ts";
import { describePolicyProblem, type Policy } from "../../policy/policy.ts";
import { type PolicySet } from "../../policy/policy-set.ts";
import { createPolicyStore, type PolicyStore } from "../../policy/policy-store.ts";
import { type ConfigMap } from "./cluster-objects.ts";
import { type ClusterState } from "./cluster-view.ts";
import { type Reading, valueOf } from "./reading.ts";
import { readServeArguments } from "./serve-arguments.ts";

/** A ConfigMap that is a policy, and what it says. */
export interface ReadPolicy {
  readonly name: string;
  /** Nothing where its text is bad. */
  readonly policy: Policy | undefined;
  /** Whether it is only audited, also where the text is bad. */
  readonly saysAudit: boolean;
  /** Why it does not come into force: sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** The policies of a cluster, as a replica has them that starts now. */
export interface ClusterPolicies {
  readonly ofCluster: readonly ReadPolicy[];
  /** Those of other namespaces, which narrow what the cluster's grant there. */
  readonly ofNamespaces: readonly ReadPolicy[];
  /** Those that are named singly, and not there or not to be read. */
  readonly missing: readonly Missing[];
  /** What is good, together. */
  readonly set: PolicySet;
}

type Missing = readonly [name: string, reading: Exclude<Reading<ConfigMap>, { state: "read" }>];

/** Reads the ConfigMaps with the code that the webhook reads them with. */
export function clusterPolicies({ names, configMaps, promoted, deployment }: ClusterState): ClusterPolicies {
  const tier = { namespace: names.namespace, promoted: [...promoted.keys()] };
  const single = [...promoted.values()].flatMap((reading) => valueOf(reading) ?? []);
  const all = new Map([...(valueOf(configMaps) ?? []), ...single].map((one) => [nameOf(one), one]));
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const { isAuditOnly } = readServeArguments(valueOf(deployment));
  const store = createPolicyStore(tier, isAuditOnly ? "none" : "by-mode");
  store.replaceConfigMaps(sorted);
  const read = (standing: "cluster" | "namespace"): ReadPolicy[] =>
    sorted.filter((one) => standingOf(one, tier) === standing).map((one) => readPolicy(one, store));
  return {
    ofCluster: read("cluster"),
    ofNamespaces: read("namespace"),
    missing: [...promoted].flatMap(([name, reading]) =>
      reading.state === "read" ? [] : [[name, reading] as const],
    ),
    set: store.current().policies,
  };
}

/** What a ConfigMap, and the policy in it, is called. */
const nameOf = (configMap: ConfigMap): string => fullName(identityOf(configMap));

function readPolicy(configMap: ConfigMap, store: PolicyStore): ReadPolicy {
  const name = nameOf(configMap);
  const { policy } = readConfigMapObject(configMap);
  const problems = store.current().rejected.find(({ source }) => source === name)?.problems ?? [];
  return {
    name,
    policy,
    saysAudit: saysAudit(configMap),
    problems: problems.map(describePolicyProblem),
    warnings: (store.check(configMap)?.warnings ?? []).map(describePolicyProblem),
  };
}
