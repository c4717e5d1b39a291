import { type Agent } from "node:https";

import { Pod } from "#src/kubernetes/pod.ts";
import { type ApiServer, call, type Reply } from "./control-plane/call.ts";
import { type StepPod } from "./step-pod.ts";

export interface Creation {
  readonly isDryRun?: boolean;
  /** The creator's; the admin's, unless told otherwise. */
  readonly token?: string;
  readonly agent?: Agent;
}

/** Has the API server create a Pod; a refusal is a reply like any other. */
export function createPod(api: ApiServer, pod: StepPod, creation: Creation = {}): Promise<Reply> {
  const { isDryRun = false, ...details } = creation;
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods${isDryRun ? "?dryRun=All" : ""}`;
  return call(api, "POST", path, { body: pod, ...details });
}

/** The Pod as it was created.
 * @throws {Error} with the API server's words, where it refuses
 */
export async function createdPod(api: ApiServer, pod: StepPod, creation?: Creation): Promise<Pod> {
  const { status, body } = await createPod(api, pod, creation);
  if (status !== 201) throw new Error(`the Pod is refused: ${JSON.stringify(body)}`);
  return Pod.parse(body);
}
