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
  /** The id from which the claim's name is made; nothing where the Pod says another one by now: it uses the claim all the
   * same, but none is made for it. */
  readonly workflow?: string;
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

/** One that says the workflow whose claim it mounts. */
export type KnownPod = WorkflowPod & { readonly workflow: string };

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

/** Reads a Pod as the API server has it; nothing where it does not mount the claim that its label names: a label is easily
 * written. */
export function readWorkflowPod(object: unknown): WorkflowPod | undefined {
  const [{ data: pod }, { data: stored }] = [Pod.safeParse(object), Stored.safeParse(object)];
  return pod === undefined || stored === undefined ? undefined : workflowPod(pod, stored);
}

function workflowPod(pod: Pod, { metadata, spec, status }: z.infer<typeof Stored>): WorkflowPod | undefined {
  const claim = pod.metadata?.labels?.[WORKFLOW_LABEL];
  if (claim === undefined || !mounts(pod, claim)) return undefined;
  const workflow = workflowBehind(claim, pod);
  const { namespace, name, uid } = metadata;
  return {
    ...{ namespace, name, uid, claim, pod },
    ...(workflow === undefined ? {} : { workflow }),
    isOver: OVER.has(status?.phase ?? ""),
    isPlaced: spec.nodeName !== undefined,
    marksEnd: workflow !== undefined && metadata.annotations?.[WORKFLOW_FINISHED] === "true",
  };
}

/** The workflow that the Pod says, where the claim's name is made of it: both may have been changed since. */
function workflowBehind(claim: string, pod: Pod): string | undefined {
  const id = workflowOf(pod)?.id;
  return id !== undefined && workspaceClaimName(id) === claim ? id : undefined;
}

const OVER: ReadonlySet<string> = new Set(["Succeeded", "Failed"]);

const mounts = ({ spec }: Pod, claim: string): boolean =>
  spec.volumes?.some(({ persistentVolumeClaim: source }) => source?.claimName === claim) === true;
