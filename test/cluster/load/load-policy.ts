import { apply } from "../control-plane/kubectl.ts";
import { until } from "../control-plane/until.ts";
import { type Installation } from "../installation.ts";
import { metric } from "../metric.ts";
import { policyConfigMap } from "../policy-config-map.ts";
import { type Replica } from "../control-plane/replica.ts";

/** The label by which a Pod shows which version of the policy decided about it. */
export const VERSION_LABEL = "load.example.com/version";

/** The policy of a namespace under load, which has the namespace's name, as a ConfigMap. */
const loadPolicy = (namespace: string, version: string): object =>
  policyConfigMap(namespace, {
    match: { namespaces: [namespace] },
    labels: { set: { [VERSION_LABEL]: version } },
  });

const loads = (replica: Replica): Promise<number> =>
  metric(replica, 'podpecker_policy_loads_total{result="loaded"}');

/** Writes the policy, and waits until every replica behind the Service follows it. */
export async function setLoadPolicy(
  installation: Installation,
  namespace: string,
  version: string,
): Promise<void> {
  const before = await Promise.all(
    installation.replicas.map(async (replica) => ({ replica, count: await loads(replica) })),
  );
  await apply(installation.plane, loadPolicy(namespace, version));
  await Promise.all(
    before.map(({ replica, count }) =>
      until("the policy is in force", async () => (await loads(replica)) > count || undefined),
    ),
  );
}
