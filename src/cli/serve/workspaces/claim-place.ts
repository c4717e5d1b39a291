import { type ApiObject } from "../../../adapters/cluster/api-object.ts";
import { createClaim, deleteClaim, lastWarning, type NewClaim } from "../../../adapters/cluster/claims.ts";
import { type Cluster } from "../../../adapters/cluster/cluster.ts";
import { type ClusterError } from "../../../adapters/cluster/cluster-error.ts";
import { type Told } from "../../../adapters/cluster/event.ts";
import { listObjects } from "../../../adapters/cluster/objects.ts";
import { resources } from "../../../adapters/cluster/resources.ts";
import { createEventWriter } from "../../../adapters/cluster/write-event.ts";
import { WORKFLOW_LABEL, type WorkflowPod } from "../../../workspace/workflow-pod.ts";
import { type WorkspaceClaim } from "../../../workspace/workspace-claim.ts";

/** What is asked of the API server about workspaces, but for Events: each is one call, or two where a claim is there already. */
export type ClaimCall = "create" | "delete" | "pods" | "events";

/** Where claims are made and removed. All but `tell` throw where the API server refuses or is away. */
export interface ClaimPlace {
  /** Nothing where there was one and is none by now. */
  readonly create: (
    claim: NewClaim,
    mandate: AbortSignal,
  ) => Promise<{ readonly outcome: "created" | "exists"; readonly claim: unknown } | undefined>;
  readonly remove: (claim: WorkspaceClaim, mandate: AbortSignal) => Promise<"deleted" | "changed">;
  /** The Pods of the claim's workflow as they are at this moment. */
  readonly podsOf: (claim: WorkspaceClaim, mandate: AbortSignal) => Promise<readonly unknown[]>;
  /** Why the claim has no volume, where somebody said so. */
  readonly warningAbout: (claim: WorkspaceClaim, mandate: AbortSignal) => Promise<string | undefined>;
  /** Returns at once. The same is told of a Pod once. */
  readonly tell: (pod: WorkflowPod, told: Told) => void;
}

// Two hundred workflows that a quota refuses at once are told within a minute or two.
const EVENTS_PER_MINUTE = 120;

/** Claims in a cluster. */
export function claimsInCluster(
  cluster: Cluster,
  {
    onProblem,
    onCall,
  }: { readonly onProblem: (error: ClusterError) => void; readonly onCall: (call: ClaimCall) => void },
): ClaimPlace {
  const events = createEventWriter(cluster, { onProblem, perMinute: EVENTS_PER_MINUTE });
  return {
    create: (claim, mandate) => {
      onCall("create");
      return createClaim(cluster, claim, mandate);
    },
    remove: (claim, mandate) => {
      onCall("delete");
      return deleteClaim(cluster, claim, mandate);
    },
    podsOf: async ({ namespace, name }, mandate) => {
      onCall("pods");
      const selection = { resource: resources.pods, namespace, labelSelector: `${WORKFLOW_LABEL}=${name}` };
      return (await listObjects(cluster, selection, mandate)).objects;
    },
    warningAbout: (claim, mandate) => {
      onCall("events");
      return lastWarning(cluster, claim, mandate);
    },
    tell: (pod, told) => {
      events.write(eventful(pod), told);
    },
  };
}

/** Without its version: whatever becomes of the Pod, it is told the same thing once. */
const eventful = ({ namespace, name, uid }: WorkflowPod): ApiObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name, uid },
});
