import { type EnvVar } from "../kubernetes/pod.ts";
import { type EffectivePolicy } from "./policy.ts";
import { type Path } from "../text/path.ts";
import { type SecretRequest } from "./secret-delivery.ts";
import { placeOf, samePlace } from "./same-place.ts";
import { type PolicyVolume } from "./volume-schema.ts";

/** The variables and mount paths that a policy's `env` and `volumes` set, named as those of secrets are. */
export function placesOfPolicy({ sections }: EffectivePolicy): ReadonlySet<string> {
  // The schemas of the two sections have checked them; merging layers makes a list of `env`.
  const variables = (sections["env"]?.set ?? []) as readonly EnvVar[];
  const volumes = (sections["volumes"]?.set ?? []) as readonly PolicyVolume[];
  return new Set([
    ...variables.map(({ name }) => `variable ${name}`),
    ...volumes.map(({ mount }) => `file ${placeOf(mount.mountPath)}`),
  ]);
}

/** Where the policy sets a Secret's file at this mount path. */
export function fileOfPolicy({ sections }: EffectivePolicy, mountPath: string): Path | undefined {
  // The schema of the section has checked it.
  const secrets = (sections["secrets"]?.set ?? []) as readonly SecretRequest[];
  const index = secrets.findIndex(
    ({ target }) => target?.file !== undefined && samePlace(target.file, mountPath),
  );
  return index < 0 ? undefined : ["secrets", "set", index];
}
