import { WORKFLOW, WORKSPACE } from "./annotations.ts";
import { mount } from "./mount.ts";
import { type OwnWorkspace } from "./own-workspace.ts";
import { type Turn } from "./turn.ts";
import { volumeNamed } from "./volume-name.ts";
import { keepOnOneNode } from "./workspace-affinity.ts";
import { pathOfCreator } from "./workspace-path.ts";
import { type Workspace } from "./workspace-schema.ts";

/** The rule behind a key of the policy's workspace, or behind the whole where nobody says the key. */
export function ruleOfWorkspace({ scene: { policy } }: Turn, key?: keyof Workspace): string {
  const isSaid = key !== undefined && policy.workspace?.[key] !== undefined;
  return policy.ruleAt(isSaid ? ["workspace", key] : ["workspace"]);
}

/** Mounts the workspace of the Pod's workflow into the step container; of a claim, so that whoever makes it finds the Pod. */
export function mountWorkspace(turn: Turn, { name, source, terms }: OwnWorkspace, mountPath: string): void {
  const rule = ruleOfWorkspace(turn, "type");
  const volume = volumeNamed(turn, { name, source }, { rule });
  const { step, pod, policy } = turn.scene;
  const isCreators = pathOfCreator(pod, policy) !== undefined;
  const cause = { rule: ruleOfWorkspace(turn, isCreators ? undefined : "path") };
  mount(turn, step, { value: { name: volume, mountPath }, cause });
  if (terms === undefined) return;
  turn.settle(["metadata", "labels", WORKFLOW], { set: { value: name, rule } });
  // The controller cannot know all that chose the policy: who created the Pod.
  const text = JSON.stringify(terms);
  turn.settle(["metadata", "annotations", WORKSPACE], { set: { value: text, rule: ruleOfWorkspace(turn) } });
  if (terms.accessMode === "ReadWriteOnce") keepOnOneNode(turn, name, ruleOfWorkspace(turn, "accessMode"));
}
