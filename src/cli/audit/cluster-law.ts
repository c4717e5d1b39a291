import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { getObject, listObjects } from "../../adapters/cluster/objects.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { ApiObject } from "../../adapters/cluster/api-object.ts";
import { type ClusterTier } from "../../policy/cluster-tier.ts";
import { fullName, identityOf, POLICY_LABEL } from "../../policy/config-map-object.ts";
import { describePolicyProblem } from "../../policy/policy.ts";
import { loadedPolicies, type PolicySet } from "../../policy/policy-set.ts";
import { createPolicyStore } from "../../policy/policy-store.ts";
import { InputError } from "../input-error.ts";

/** The policies of a cluster, as a replica has them that starts now.
 * @throws {ClusterError} when they cannot be read
 * @throws {InputError} when there are none, or one that is law for the cluster is bad
 */
export async function readClusterLaw(cluster: Cluster, tier: ClusterTier): Promise<PolicySet> {
  const labelSelector = `${POLICY_LABEL}=true`;
  const { objects } = await listObjects(cluster, { resource: resources.configMaps, labelSelector });
  const named = await Promise.all(tier.promoted.map((name) => readNamed(cluster, name)));
  const store = createPolicyStore(tier);
  const all = [...objects, ...named].map((object) => [fullName(identityOf(object)), object] as const);
  store.replaceConfigMaps([...new Map(all).values()]);
  const { policies, rejected } = store.current();
  const bad = rejected.filter(({ instead }) => instead === "nothing").flatMap(({ problems }) => problems);
  if (bad.length > 0) throw new InputError(bad.map(describePolicyProblem));
  if (loadedPolicies(policies).length === 0 && policies.blocked.size === 0)
    throw new InputError([noneIn(tier)]);
  return policies;
}

const noneIn = ({ namespace }: ClusterTier): string =>
  `podpecker: the cluster has no policy; label a ConfigMap in namespace "${namespace}" with ${POLICY_LABEL}=true, say another with --policy-namespace, or name files with --policy`;

async function readNamed(cluster: Cluster, full: string): Promise<ApiObject> {
  const [namespace = "", name = ""] = full.split("/");
  const resource = resources.configMaps;
  const found = await getObject(cluster, { resource, namespace, name, shape: ApiObject });
  if (found !== undefined) return found;
  throw new InputError([
    `podpecker: there is no ConfigMap ${full}; --policy-configmap names one that exists`,
  ]);
}
