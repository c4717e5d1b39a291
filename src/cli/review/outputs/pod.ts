import { type ReviewedManifest, afterOf, isAllowed } from "../reviewed.ts";
import { toYaml } from "../to-yaml.ts";

/** The manifests as they will run, YAML; those with a Pod that is denied are left out. */
export function pod(reviewed: readonly ReviewedManifest[]): string {
  return reviewed
    .filter(isAllowed)
    .map((one) => toYaml(afterOf(one)))
    .join("---\n");
}
