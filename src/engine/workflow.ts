import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { WORKFLOW } from "./annotations.ts";

/** Woodpecker's agent writes the id of the workflow there (since 3.10). */
export const TASK = "woodpecker-ci.org/task-uuid";

/** The id of a Pod's workflow, and which part of the Pod says it. */
export interface Workflow {
  readonly id: string;
  readonly path: Path;
}

/** The workflow that the Pod is a step of: by the agent's label, else by the annotation. */
export function workflowOf({ metadata }: Pod): Workflow | undefined {
  const task = metadata?.labels?.[TASK] ?? "";
  if (task !== "") return { id: task, path: ["metadata", "labels", TASK] };
  const id = metadata?.annotations?.[WORKFLOW] ?? "";
  return id === "" ? undefined : { id, path: ["metadata", "annotations", WORKFLOW] };
}
