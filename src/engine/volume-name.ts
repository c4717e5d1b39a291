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
  const isFree = (label: string): boolean => !volumes.some((volume) => volume.name === label);
  const name =
    [dnsLabelFrom(wanted.name), derivedName(wanted)].find(isFree) ??
    derivedName({ ...wanted, name: `${wanted.name} ${volumes.length}` });
  turn.draft.append(VOLUMES, { name, ...wanted.source }, cause);
  return name;
}

/** The name for a volume whose own name another one has. */
function derivedName({ name, source }: WantedVolume): string {
  return dnsLabelFrom(`${name} ${JSON.stringify(source)}`);
}

/** Two empty directories are two volumes; of everything else the source says which one it is. */
function isSameVolume(volume: Volume, wanted: WantedVolume): boolean {
  const { source } = wanted;
  // Most volumes are of another kind, and nothing else needs to be looked at.
  if (!Object.keys(source).every((kind) => kind in volume)) return false;
  const { name, ...own } = volume;
  if (!sameButForDefaults(own, source)) return false;
  const isOfThisPod = "emptyDir" in source || "ephemeral" in source;
  return !isOfThisPod || name === dnsLabelFrom(wanted.name) || name === derivedName(wanted);
}
