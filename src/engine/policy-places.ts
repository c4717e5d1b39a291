import { type EnvVar, type VolumeMount } from "../kubernetes/pod.ts";
import { occupantOf, ruleAtPlace } from "./mount.ts";
import { type EffectivePolicy } from "./policy.ts";
import { type Path } from "../text/path.ts";
import { placeOfSecret, type SecretRequest } from "./secret-request.ts";
import { placeOf, samePlace } from "./same-place.ts";
import { type Turn } from "./turn.ts";
import { type PolicyVolume } from "./volume-schema.ts";

/** The variables and mount paths that a policy's `env` and `volumes` set, named as those of secrets are. */
export function placesOfPolicy({ sections, isAsked }: EffectivePolicy): ReadonlySet<string> {
  // The schemas of the two sections have checked them; merging layers makes a list of `env`.
  const variables = (sections["env"]?.set ?? []) as readonly EnvVar[];
  const volumes = (sections["volumes"]?.set ?? []) as readonly PolicyVolume[];
  return new Set([
    ...variables.map(({ name }) => `variable ${name}`),
    ...volumes
      .filter((_, index) => !isAsked(["volumes", "set", index]))
      .map(({ mount }) => `file ${placeOf(mount.mountPath)}`),
  ]);
}

/** Where the policy sets a Secret's file at this mount path. */
function fileOfPolicy({ sections }: EffectivePolicy, mountPath: string): Path | undefined {
  // The schema of the section has checked it.
  const secrets = (sections["secrets"]?.set ?? []) as readonly SecretRequest[];
  const index = secrets.findIndex(
    ({ target }) => target?.file !== undefined && samePlace(target.file, mountPath),
  );
  return index < 0 ? undefined : ["secrets", "set", index];
}

/** The Secrets all of whose keys the policy sets, and where it says so. */
export function wholeSecretsOfPolicy({ sections }: EffectivePolicy): { name: string; path: Path }[] {
  // The schema of the section has checked it.
  const secrets = (sections["secrets"]?.set ?? []) as readonly SecretRequest[];
  return secrets.flatMap((request, index) =>
    placeOfSecret(request) === undefined ? [{ name: request.name, path: ["secrets", "set", index] }] : [],
  );
}

/** The rule by which something else stands, or will stand, in the step container where a step's mount is to go. */
export function takenBy(turn: Turn, wanted: VolumeMount): string | undefined {
  const { step, policy } = turn.scene;
  const covered = fileOfPolicy(policy, wanted.mountPath) ?? volumeAbove(policy, wanted.mountPath);
  if (covered !== undefined) return policy.ruleAt(covered);
  return occupantOf(turn, step, wanted) === "other" ? ruleAtPlace(turn, step, wanted.mountPath) : undefined;
}

/** A mount below one that the policy sets would hide a part of it. */
function volumeAbove({ sections }: EffectivePolicy, mountPath: string): Path | undefined {
  // The schemas of the two sections have checked them.
  const volumes = (sections["volumes"]?.set ?? []) as readonly PolicyVolume[];
  const secrets = (sections["secrets"]?.set ?? []) as readonly SecretRequest[];
  const isAbove = (path: string | undefined): boolean =>
    path !== undefined && placeOf(mountPath).startsWith(`${placeOf(path)}/`);
  const volume = volumes.findIndex(({ mount }) => isAbove(mount.mountPath));
  if (volume >= 0) return ["volumes", "set", volume];
  const secret = secrets.findIndex(({ target }) => isAbove(target?.file));
  return secret < 0 ? undefined : ["secrets", "set", secret];
}
