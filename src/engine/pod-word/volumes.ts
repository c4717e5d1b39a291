import { allContainers, type PlacedContainer } from "../../kubernetes/containers.ts";
import { sameButForDefaults } from "../../kubernetes/defaults.ts";
import { type Pod, type Volume, type VolumeMount } from "../../kubernetes/pod.ts";
import { isTokenVolume } from "../../kubernetes/token-volume.ts";
import { isWorkspace, ownWorkspace } from "../own-workspace.ts";
import { type EffectivePolicy } from "../policy.ts";
import { samePlace } from "../same-place.ts";
import { fateOf } from "../untrusted-fields.ts";
import { type PolicyVolume } from "../volume-schema.ts";
import { workspaceClaim } from "./creator.ts";
import { type Hearing, type Objection, type Statement } from "./statement.ts";
import { isFromSecret, tableObjection } from "./variables.ts";
import { valueAt } from "../../text/value-at.ts";

/** The Pod's volumes that no gate grants, and their mounts: a volume of the policy's may stand, a mount of it elsewhere may not. */
export function readVolumes(hearing: Hearing): Statement[] {
  const { pod } = hearing;
  const ungranted = (pod.spec.volumes ?? []).flatMap((volume, index) => {
    const objection = objectionTo(hearing, volume);
    if (objection === undefined) return [];
    const stands = (decided: Pod): boolean =>
      decided.spec.volumes?.some((other) => isSameVolume(other, volume)) ?? false;
    const whole = { path: ["spec", "volumes", index], value: toldOf(volume), ...objection, stands };
    return [whole, ...readMounts(pod, volume, whole)];
  });
  return [...ungranted, ...readLooseMounts(hearing)];
}

/** A mount of no volume would become one of the volume that the policy gives this name. */
function readLooseMounts({ pod, scene }: Hearing): Statement[] {
  const names = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  return allContainers(pod).flatMap(({ path, container }) =>
    (container.volumeMounts ?? []).flatMap((mount, index) => {
      if (names.has(mount.name)) return [];
      return {
        path: [...path, "volumeMounts", index],
        value: mount,
        message: "of the Pod is not granted: there is no volume of this name",
        rule: scene.policy.ruleAt(["trustPod"]),
        stands: () => false,
      };
    }),
  );
}

function readMounts(pod: Pod, volume: Volume, { stands, message, rule }: Statement): Statement[] {
  return allContainers(pod).flatMap((place) =>
    (place.container.volumeMounts ?? []).flatMap((mount, index) => {
      if (mount.name !== volume.name) return [];
      return {
        path: [...place.path, "volumeMounts", index],
        value: mount,
        message,
        rule,
        stands: (decided: Pod) => hasMount(decided, place, { mount, volume }),
        isPartOfOther: (decided: Pod) => !stands(decided),
      };
    }),
  );
}

/** What the container takes of the Pod's own, under the names of the options that ask for it: a plugin must have neither. */
export function asksOf({ container }: PlacedContainer, pod: Pod, policy: EffectivePolicy): string[] {
  const { volumeMounts = [], env = [] } = container;
  const own = ownWorkspace(pod, policy);
  const mounted = (pod.spec.volumes ?? []).filter(
    (volume) =>
      volumeMounts.some(({ name }) => name === volume.name) &&
      !isOfPolicy(volume, policy) &&
      !isWorkspace(volume, own),
  );
  const workspace = workspaceClaim(pod);
  const hasClaim = mounted.some(
    ({ persistentVolumeClaim: source }) => source !== undefined && source.claimName !== workspace,
  );
  const hasSecret = mounted.some(
    ({ secret }) => secret !== undefined && !policy.environment.secrets.has(secret.secretName ?? ""),
  );
  const takesSecret = env.some((one) => isFromSecret(one, pod) && !policy.environment.owns(one));
  return [...(hasClaim ? ["volumes"] : []), ...(hasSecret || takesSecret ? ["secrets"] : [])];
}

function objectionTo(hearing: Hearing, volume: Volume): Objection | undefined {
  if (isTokenVolume(volume)) return undefined;
  for (const kind of Object.keys(volume)) {
    const row = fateOf("volumes[]", kind);
    const objection = row?.fate === "judged" ? judge(hearing, volume, kind) : tableObjection(hearing, row);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function judge({ pod, object }: Hearing, { persistentVolumeClaim, secret }: Volume, kind: string) {
  if (kind === "secret")
    return object("secrets", [{ name: secret?.secretName ?? "", target: { file: "/" } }]);
  const claim = persistentVolumeClaim?.claimName ?? "";
  if (claim === workspaceClaim(pod)) return undefined;
  return object("volumes", [{ claim, mountPath: "/", readOnly: false }]);
}

function toldOf(volume: Volume): unknown {
  return volume.persistentVolumeClaim?.claimName ?? volume.secret?.secretName ?? sourceOf(volume);
}

function sourceOf(volume: Volume): PolicyVolume["source"] {
  const source: Partial<Volume> = { ...volume };
  delete source.name;
  return source;
}

/** A volume that lives with the Pod is known by its name, every other one by its source. */
function isSameVolume(volume: Volume, wanted: Volume): boolean {
  const isSame = sameButForDefaults(sourceOf(volume), sourceOf(wanted));
  return isSame && (!("ephemeral" in volume) || volume.name === wanted.name);
}

function isOfPolicy(volume: Volume, { sections }: EffectivePolicy): boolean {
  const { set, default: usual } = sections["volumes"] ?? {};
  // The schema of the section has checked them.
  const all = [set, usual].flatMap((volumes) => (volumes ?? []) as readonly PolicyVolume[]);
  return all.some(({ source }) => sameButForDefaults(sourceOf(volume), source));
}

function hasMount(
  decided: Pod,
  { path }: PlacedContainer,
  { mount, volume }: { mount: VolumeMount; volume: Volume },
): boolean {
  const mounts = valueAt(decided, [...path, "volumeMounts"]);
  if (!Array.isArray(mounts)) return false;
  // A decision about a Pod makes a Pod.
  return (mounts as VolumeMount[]).some((other) => {
    const source = decided.spec.volumes?.find(({ name }) => name === other.name);
    const isSame = source !== undefined && isSameVolume(source, volume);
    return isSame && samePlace(other.mountPath, mount.mountPath) && isSameHow(other, mount);
  });
}

/** Whether two mounts show the same part in the same way. */
function isSameHow(a: VolumeMount, b: VolumeMount): boolean {
  return sameButForDefaults({ ...a, name: "", mountPath: "" }, { ...b, name: "", mountPath: "" });
}
