import { z } from "zod";

import { workflowOf } from "../engine/workflow.ts";
import { workspaceClaimName } from "../engine/workspace-claim-name.ts";
import { Pod } from "../kubernetes/pod.ts";

/** The label of a workflow's Pods and of its claim: the claim's name. Written by Podpecker only. */
export const WORKFLOW_LABEL = "podpecker.dev/workflow";

/** The creator's word that no more Pods of this workflow will come. */
const WORKFLOW_FINISHED = "podpecker.dev/workflow-finished";

/** A Pod that mounts the workspace of its workflow. */
export interface WorkflowPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The id from which the claim's name is made. */
  readonly workflow: string;
  readonly claim: string;
  /** Whole, for whoever asks which policies are for it. */
  readonly pod: Pod;
  /** It has succeeded or failed, and touches its volumes no more. */
  readonly isOver: boolean;
  /** A node has it. Before that the API server keeps no claim for it. */
  readonly isPlaced: boolean;
  /** It says that its workflow is over; whether its word counts is another question. */
  readonly marksEnd: boolean;
}

const Stored = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.looseObject({ nodeName: z.string().optional() }),
  status: z.looseObject({ phase: z.string().optional() }).optional(),
});

/** Reads a Pod as the API server has it; nothing where it does not mount the claim that its own workflow's id makes: a label
 * is easily written, and no claim shall be made for a Pod that has no use for it. */
export function readWorkflowPod(object: unknown): WorkflowPod | undefined {
  const [{ data: pod }, { data: stored }] = [Pod.safeParse(object), Stored.safeParse(object)];
  return pod === undefined || stored === undefined ? undefined : workflowPod(pod, stored);
}

function workflowPod(pod: Pod, { metadata, spec, status }: z.infer<typeof Stored>): WorkflowPod | undefined {
  const workflow = workflowOf(pod)?.id;
  if (workflow === undefined) return undefined;
  const claim = workspaceClaimName(workflow);
  if (!isLabelled(pod, claim) || !mounts(pod, claim)) return undefined;
  const { namespace, name, uid } = metadata;
  return {
    ...{ namespace, name, uid, workflow, claim, pod },
    isOver: OVER.has(status?.phase ?? ""),
    isPlaced: spec.nodeName !== undefined,
    marksEnd: metadata.annotations?.[WORKFLOW_FINISHED] === "true",
  };
}

const OVER: ReadonlySet<string> = new Set(["Succeeded", "Failed"]);

const isLabelled = ({ metadata }: Pod, claim: string): boolean =>
  metadata?.labels?.[WORKFLOW_LABEL] === claim;

const mounts = ({ spec }: Pod, claim: string): boolean =>
  spec.volumes?.some(({ persistentVolumeClaim: source }) => source?.claimName === claim) === true;
