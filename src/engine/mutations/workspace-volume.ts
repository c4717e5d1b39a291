import { flag } from "../../text/schema.ts";
import { mountedWorkspace } from "../mounted-workspace.ts";
import { mountWorkspace, ruleOfWorkspace } from "../mount-workspace.ts";
import { defineOffer } from "../mutation.ts";
import { ownWorkspace } from "../own-workspace.ts";
import { type Turn } from "../turn.ts";
import { startInMount } from "../working-dir.ts";
import { readWorkspacePath } from "../workspace-path.ts";

/** The volume that the steps of a workflow share, and its mount in the step container. A step that wants none says `false`. */
export const workspaceVolume = defineOffer<boolean>({
  about:
    "Whether the workspace of the workflow is mounted, where a policy has one ([workspace](policy.md#workspace)). Default true.",
  option: flag,
  unasked: ({ policy }) => policy.workspace !== undefined,
  apply: (turn, asked) => {
    const { pod, policy } = turn.scene;
    const { path, findings } = readWorkspacePath(pod, policy);
    for (const finding of findings) turn.tell(finding);
    if (path === undefined) return;
    const own = ownWorkspace(pod, policy);
    const there = mountedWorkspace(turn, own, path);
    if (asked === false) tellKept(turn, there);
    else if (own !== undefined && there !== "other") mountWorkspace(turn, own, path);
    else if (asked === true && there === "none") tellMissing(turn);
    if (policy.workspace?.workingDir === "mount")
      startInMount(turn, path, ruleOfWorkspace(turn, "workingDir"));
  },
});

function tellKept(turn: Turn, there: ReturnType<typeof mountedWorkspace>): void {
  const message = "does not take away what the Pod brings along for a workspace";
  if (there !== "none") turn.find("workspace-kept", [turn.id], { message });
}

function tellMissing(turn: Turn): void {
  const { workspace } = turn.scene.policy;
  if (workspace === undefined) {
    turn.find("no-workspace", [turn.id], { message: "is not given: no policy has a workspace" });
    return;
  }
  const message =
    workspace.type === "none"
      ? "is not given: the policy has no workspace for this Pod"
      : "is not given: nothing that the policy trusts says which workflow the Pod is of";
  turn.find("no-workspace", [turn.id], { message, rule: ruleOfWorkspace(turn, "type") });
}
