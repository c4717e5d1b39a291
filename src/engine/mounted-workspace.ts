import { type VolumeMount } from "../kubernetes/pod.ts";
import { occupantOf } from "./mount.ts";
import { type OwnWorkspace } from "./own-workspace.ts";
import { isAgentsClaim } from "./pod-word/creator.ts";
import { type Turn } from "./turn.ts";
import { existingVolume } from "./volume-name.ts";

/**
 * What the step container has for a workspace already: the policy's own, another one, which is whatever stands at its
 * place or the claim that Woodpecker's agent makes, wherever that is mounted; or nothing.
 */
export function mountedWorkspace(
  turn: Turn,
  own: OwnWorkspace | undefined,
  mountPath: string,
): "own" | "other" | "none" {
  if (hasAgentsClaim(turn)) return "other";
  const name = (own === undefined ? undefined : existingVolume(turn, own)) ?? "";
  const occupant = occupantOf(turn, turn.scene.step, { name, mountPath });
  return ({ free: "none", same: "own", other: "other" } as const)[occupant];
}

function hasAgentsClaim({ draft, scene }: Turn): boolean {
  const mounts = draft.read([...scene.step.path, "volumeMounts"]);
  if (!Array.isArray(mounts)) return false;
  const volumes = draft.pod.spec.volumes ?? [];
  // The Pod's shape was checked before it came here.
  return (mounts as readonly VolumeMount[]).some(({ name }) =>
    volumes.some((one) => one.name === name && isAgentsClaim(one.persistentVolumeClaim?.claimName ?? "")),
  );
}
