import { NAME } from "./installation.ts";

/** A policy of the cluster as a ConfigMap; a text is taken as it is. */
export function policyConfigMap(name: string, document: object | string): object {
  const text =
    typeof document === "string" ? document : JSON.stringify({ version: "v1", ...document }, undefined, 2);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: NAME, labels: { "podpecker.dev/policy": "true" } },
    data: { "policy.yaml": text },
  };
}
