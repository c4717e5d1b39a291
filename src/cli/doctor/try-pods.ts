import { ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { dryRunPod } from "../../adapters/cluster/dry-run-pod.ts";
import { APPLIED } from "../../engine/annotations.ts";
import { Pod } from "../../kubernetes/pod.ts";
import { type Attempt, type ClusterState, type Trial } from "./cluster-view.ts";
import { planTrial } from "./trial-plan.ts";

/** Sends Pods through the API server as dry runs; nothing where there is no namespace to try them in. */
export async function tryPods(
  cluster: Cluster,
  state: ClusterState,
  wished: string | undefined,
): Promise<Trial | undefined> {
  const plan = planTrial(state, wished);
  if (plan === undefined) return undefined;
  const { namespace } = plan;
  const plain = await attempt(cluster, namespace, plan.plain);
  const isTold = "status" in plain || plain.object.metadata?.annotations?.[APPLIED] !== undefined;
  return { namespace, plain, probe: isTold ? undefined : await attempt(cluster, namespace, plan.probe) };
}

async function attempt(cluster: Cluster, namespace: string, pod: Pod): Promise<Attempt> {
  try {
    const tried = await dryRunPod(cluster, { namespace, pod });
    if (tried.outcome === "admitted") return { object: Pod.parse(tried.pod), warnings: tried.warnings };
    const { code = 0, reason = "no reason is given", message = reason } = tried.status;
    return { status: { code, message } };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { status: { code: 0, message: error.message } };
  }
}
