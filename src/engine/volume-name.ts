import { covers } from "../kubernetes/equality.ts";
import { dnsLabelFrom } from "../kubernetes/names.ts";
import { type Volume } from "../kubernetes/pod.ts";
import { type Cause } from "./draft.ts";
import { type Turn } from "./turn.ts";

const VOLUMES = ["spec", "volumes"];

/** Where a volume comes from: the one member of it that is not its name. */
export type VolumeSource = Omit<Volume, "name">;

/** The name of the Pod's volume that has this source already. */
export function existingVolume(turn: Turn, source: VolumeSource): string | undefined {
  return turn.draft.pod.spec.volumes?.find((volume) => covers(volume, source))?.name;
}

/**
 * The name of the Pod's volume with this source; the volume is made where there is none. A name that is no DNS label
 * (a claim may hold dots), or that another volume has, gives way to a derived one.
 */
export function volumeNamed(
  turn: Turn,
  source: VolumeSource,
  { name, cause }: { name: string; cause: Cause },
): string {
  const volumes = turn.draft.pod.spec.volumes ?? [];
  const index = volumes.findIndex((volume) => covers(volume, source));
  const existing = volumes[index];
  if (existing !== undefined) {
    turn.draft.hold([...VOLUMES, index], cause);
    return existing.name;
  }
  const label = dnsLabelFrom(name);
  const taken = volumes.some((volume) => volume.name === label);
  const free = taken ? dnsLabelFrom(`${name} ${JSON.stringify(source)}`) : label;
  turn.draft.append(VOLUMES, { name: free, ...source }, cause);
  return free;
}
