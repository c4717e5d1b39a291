import { type Deployment } from "./cluster-objects.ts";

/** What the arguments of a Deployment's `podpecker serve` say. */
export interface ServeArguments {
  readonly policyConfigMaps: readonly string[];
  readonly certificateSecret: string | undefined;
  /** Policies from files stand beside those of the cluster, where nobody but the replica sees them. */
  readonly hasPolicyFiles: boolean;
  /** No policy is carried out. */
  readonly isAuditOnly: boolean;
}

/** Reads the arguments of all containers: sidecars have none of these. */
export function readServeArguments(deployment: Deployment | undefined): ServeArguments {
  const containers = deployment?.spec.template.spec.containers ?? [];
  const words = containers.flatMap(({ args = [] }) => args);
  return {
    policyConfigMaps: valuesOf("--policy-configmap", words),
    certificateSecret: valuesOf("--certificate-secret", words)[0],
    hasPolicyFiles: valuesOf("--policy", words).length > 0,
    isAuditOnly: words.includes("--audit"),
  };
}

/** Both forms: `--flag value` and `--flag=value`. */
function valuesOf(flag: string, words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${flag}=`)) return [word.slice(flag.length + 1)];
    const next = words[index + 1];
    return word === flag && next !== undefined ? [next] : [];
  });
}
