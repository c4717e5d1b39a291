import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";
import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { type ApiObject, untilObject } from "./control-plane/until-object.ts";
import { until } from "./control-plane/until.ts";
import { createdPod } from "./create-pod.ts";
import { stepPod } from "./step-pod.ts";

/** A step of a workflow, and the Pod that its creator makes of it. */
export interface WorkflowStep {
  readonly namespace: string;
  readonly workflow: string;
  readonly name: string;
  /** Its creator says so by the label that Woodpecker's agent writes, not by an annotation. */
  readonly isAgents?: boolean;
}

const podPath = ({ namespace, name }: Pick<WorkflowStep, "namespace" | "name">): string =>
  `/api/v1/namespaces/${namespace}/pods/${name}`;

/** Where the claim of a workflow is. */
export const claimPath = ({ namespace, workflow }: Pick<WorkflowStep, "namespace" | "workflow">): string =>
  `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${workspaceClaimName(workflow)}`;

/** Has a step's Pod created, with the workspace that admission gives it. */
export async function createStep(plane: ControlPlane, step: WorkflowStep): Promise<void> {
  const { namespace, workflow, name, isAgents = false } = step;
  const annotations = isAgents ? {} : { "podpecker.dev/workflow": workflow };
  const pod = stepPod(namespace, { name, annotations });
  const task = isAgents ? { "woodpecker-ci.org/task-uuid": workflow } : {};
  const labels = { ...pod.metadata.labels, ...task };
  const wanted = { ...pod, metadata: { ...pod.metadata, labels } };
  // A replica that was killed takes a call with it, and whoever creates Pods tries again.
  await until("a replica answers", () =>
    createdPod(plane, wanted).catch((error: unknown) => {
      if (error instanceof Error && error.message.includes("failed calling webhook")) return undefined;
      throw error;
    }),
  );
}

/** The Pod once a node runs it, which takes a volume that is bound. */
export const untilRunning = (plane: ControlPlane, step: WorkflowStep, seconds = 40): Promise<ApiObject> =>
  untilObject(plane, podPath(step), ({ status }) => status?.["phase"] === "Running", seconds);

/** The step ends, as a kubelet would say it. */
export async function finishStep(
  plane: ControlPlane,
  step: WorkflowStep,
  phase = "Succeeded",
): Promise<void> {
  const type = "application/merge-patch+json";
  const { status } = await call(plane, "PATCH", `${podPath(step)}/status`, {
    body: { status: { phase } },
    type,
  });
  if (status !== 200) throw new Error(`"${step.name}" cannot be finished: ${status}`);
}

/** Has Pods gone, as their creator does when a workflow is over. */
export async function deleteStep(plane: ControlPlane, step: WorkflowStep): Promise<void> {
  await call(plane, "DELETE", `${podPath(step)}?gracePeriodSeconds=0`);
}

/** The creator says that no more steps come. */
export async function markEnd(plane: ControlPlane, step: WorkflowStep): Promise<void> {
  const type = "application/merge-patch+json";
  const body = { metadata: { annotations: { "podpecker.dev/workflow-finished": "true" } } };
  await call(plane, "PATCH", podPath(step), { body, type });
}

/** The claims of all workflows of a namespace. */
export async function claimsIn(plane: ControlPlane, namespace: string): Promise<readonly ApiObject[]> {
  const { body } = await call(plane, "GET", `/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
  // A list of the API server's own.
  return (body as { readonly items: readonly ApiObject[] }).items;
}

/** Waits until no claim is left in a namespace. */
export const untilNoClaim = (plane: ControlPlane, namespace: string, seconds = 40): Promise<unknown> =>
  until(
    `no claim is left in ${namespace}`,
    async () => (await claimsIn(plane, namespace)).length === 0 || undefined,
    seconds,
  );

/** What Events of this reason say about a Pod, once there is one. */
export const untilTold = (plane: ControlPlane, step: WorkflowStep, reason: string): Promise<string> =>
  until(`an Event ${reason} about ${step.name}`, async () => {
    const query = `fieldSelector=involvedObject.name=${step.name},reason=${reason}`;
    const { body } = await call(plane, "GET", `/api/v1/namespaces/${step.namespace}/events?${query}`);
    return (body as { readonly items: readonly { readonly message: string }[] }).items[0]?.message;
  });

/** Makes volumes for claims of up to 1Gi of one namespace's own class, since nobody provisions any here. */
export async function addVolumes(plane: ControlPlane, storageClass: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await call(plane, "POST", "/api/v1/persistentvolumes", {
      body: {
        metadata: { name: `${storageClass}-${index}`, labels: { "podpecker.test/class": storageClass } },
        spec: {
          capacity: { storage: "1Gi" },
          accessModes: ["ReadWriteMany", "ReadWriteOnce"],
          hostPath: { path: `/tmp/${storageClass}` },
          storageClassName: storageClass,
          // Those of workflows that are over are not used again: what was in them is not wiped.
          persistentVolumeReclaimPolicy: "Retain",
        },
      },
    });
}

/** Takes the volumes away again. */
export async function removeVolumes(plane: ControlPlane, storageClass: string): Promise<void> {
  const query = `labelSelector=podpecker.test/class=${storageClass}`;
  await call(plane, "DELETE", `/api/v1/persistentvolumes?${query}`);
}
