import { type PlacedContainer } from "../kubernetes/containers.ts";
import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { type VolumeMount } from "../kubernetes/pod.ts";
import { type Cause } from "./draft.ts";
import { samePlace } from "./same-place.ts";
import { type Turn } from "./turn.ts";

type Place = Pick<PlacedContainer, "path">;

/** What stands at a mount path of a container: nothing, this very mount, or another one. */
export type Occupant = "free" | "same" | "other";

/** What stands where the mount is to go. */
export function occupantOf(turn: Turn, { path }: Place, mount: VolumeMount): Occupant {
  const existing = mountsOf(turn, path).find(({ mountPath }) => samePlace(mountPath, mount.mountPath));
  if (existing === undefined) return "free";
  return isSameMount(existing, mount) ? "same" : "other";
}

/** Puts the mount into the container, in place of what stands at its path. */
export function mount(
  turn: Turn,
  { path }: Place,
  { value, cause }: { value: VolumeMount; cause: Cause },
): void {
  const field = [...path, "volumeMounts"];
  const mounts = mountsOf(turn, path);
  const index = mounts.findIndex(({ mountPath }) => samePlace(mountPath, value.mountPath));
  const existing = mounts[index];
  if (existing === undefined) turn.draft.append(field, value, cause);
  else if (isSameMount(existing, value)) turn.draft.hold([...field, index], cause);
  else {
    const message = "of the Pod gives way to what the policy mounts there";
    turn.findOfPolicy("pod-overruled", [...field, index], { message, rule: cause.rule });
    turn.draft.write([...field, index], value, cause);
  }
}

/** The rule by which something stands at the mount path, or the Pod itself. */
export function ruleAtPlace(turn: Turn, { path }: Place, mountPath: string): string {
  const index = mountsOf(turn, path).findIndex((mount) => samePlace(mount.mountPath, mountPath));
  return turn.draft.ruleOf([...path, "volumeMounts", index]);
}

/** The place is the same already, however it is written. */
function isSameMount(a: VolumeMount, b: VolumeMount): boolean {
  return sameButForDefaults({ ...a, mountPath: "" }, { ...b, mountPath: "" });
}

function mountsOf(turn: Turn, path: Place["path"]): readonly VolumeMount[] {
  const mounts = turn.draft.read([...path, "volumeMounts"]);
  // The Pod's shape was checked before it came here.
  return Array.isArray(mounts) ? (mounts as VolumeMount[]) : [];
}
