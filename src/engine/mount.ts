import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type VolumeMount } from "../kubernetes/pod.ts";
import { type Cause } from "./draft.ts";
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
  else turn.draft.write([...field, index], value, cause);
}

/** Whether two mount paths are one place, however they are written. */
export function samePlace(a: string, b: string): boolean {
  return a === b || placeOf(a) === placeOf(b);
}

function placeOf(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

function isSameMount(a: VolumeMount, b: VolumeMount): boolean {
  return (
    a.name === b.name &&
    (a.readOnly ?? false) === (b.readOnly ?? false) &&
    (a.subPath ?? "") === (b.subPath ?? "")
  );
}

function mountsOf(turn: Turn, path: Place["path"]): readonly VolumeMount[] {
  const mounts = turn.draft.read([...path, "volumeMounts"]);
  // The Pod's shape was checked before it came here.
  return Array.isArray(mounts) ? (mounts as VolumeMount[]) : [];
}
