import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { dnsLabelFrom } from "../kubernetes/names.ts";
import { type Volume } from "../kubernetes/pod.ts";
import { type Cause } from "./draft.ts";
import { type Turn } from "./turn.ts";

const VOLUMES = ["spec", "volumes"];

/** Where a volume comes from: the one member of it that is not its name. */
export type VolumeSource = Omit<Volume, "name">;

/** A volume that somebody wants in the Pod. */
export interface WantedVolume {
  /** What it would be called, if that can be. */
  readonly name: string;
  readonly source: VolumeSource;
}

/** The name of the Pod's volume that is this one. */
export function existingVolume(turn: Turn, wanted: WantedVolume): string | undefined {
  return turn.draft.pod.spec.volumes?.find((volume) => isSameVolume(volume, wanted))?.name;
}

/**
 * The name of the Pod's volume with this source; the volume is made where there is none. A name that is no DNS label
 * (a claim may hold dots), or that another volume has, gives way to a derived one.
 */
export function volumeNamed(turn: Turn, wanted: WantedVolume, cause: Cause): string {
  const volumes = turn.draft.pod.spec.volumes ?? [];
  const index = volumes.findIndex((volume) => isSameVolume(volume, wanted));
  const existing = volumes[index];
  if (existing !== undefined) {
    turn.draft.hold([...VOLUMES, index], cause);
    return existing.name;
  }
  const [label, derived] = namesOf(wanted);
  const name = volumes.some((volume) => volume.name === label) ? derived : label;
  turn.draft.append(VOLUMES, { name, ...wanted.source }, cause);
  return name;
}

/** The name as it is wished, as far as it can be had, and the one to fall back on. */
function namesOf({ name, source }: WantedVolume): [string, string] {
  return [dnsLabelFrom(name), dnsLabelFrom(`${name} ${JSON.stringify(source)}`)];
}

/** Two empty directories are two volumes; of everything else the source says which one it is. */
function isSameVolume({ name, ...source }: Volume, wanted: WantedVolume): boolean {
  const isOfThisPod = "emptyDir" in wanted.source || "ephemeral" in wanted.source;
  return sameButForDefaults(source, wanted.source) && (!isOfThisPod || namesOf(wanted).includes(name));
}
