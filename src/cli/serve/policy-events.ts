import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { type ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { createEventWriter } from "../../adapters/cluster/write-event.ts";
import { describePolicyProblem } from "../../policy/policy.ts";
import { type Rejection } from "../../policy/rejections.ts";

const CONSEQUENCE: Readonly<Record<Rejection["instead"], string>> = {
  "last-good": "The last good version stays in force",
  nothing: "No good version came before it: replicas that start now are not ready",
  "no-audit": "No good version came before it: what it would do is not told",
  denial: "No good version came before it: steps of this namespace are denied",
};

/** Tells of a ConfigMap that turned bad where its author looks: `kubectl describe`. A bad one that was written while
 * the webhook was away is found so. */
export function createPolicyEvents(
  cluster: Cluster,
  onProblem: (error: ClusterError) => void,
): (rejection: Rejection) => void {
  const events = createEventWriter(cluster, { onProblem });
  return ({ configMap, problems, instead }) => {
    if (configMap === undefined) return;
    const message = [`${CONSEQUENCE[instead]}:`, ...problems.map(describePolicyProblem)].join("\n");
    const about = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...configMap } };
    events.write(about, { reason: "PolicyRejected", message });
  };
}
