import { onTestFinished } from "vitest";

import { call } from "./control-plane/call.ts";
import { createNamespace, type NamespaceMarks } from "./create-namespace.ts";
import { type Installation, NAME } from "./installation.ts";
import { policyConfigMap } from "./policy-config-map.ts";

export interface StepNamespaceParts extends NamespaceMarks {
  /** A policy for this namespace only. */
  readonly policy?: object;
}

/** Makes a namespace that takes part, for the length of a test. A policy is in force at once; its ConfigMap stands in
 * Podpecker's own namespace and has the name of this one. */
export async function stepNamespace(
  installation: Installation,
  { labels = {}, annotations = {}, policy }: StepNamespaceParts = {},
): Promise<string> {
  const { plane } = installation;
  const participating = { "podpecker.dev/enabled": "true", ...labels };
  const namespace = await createNamespace(plane, { labels: participating, annotations });
  onTestFinished(async () => {
    await call(plane, "DELETE", `/api/v1/namespaces/${namespace}`);
  });
  if (policy === undefined) return namespace;
  const configMaps = `/api/v1/namespaces/${NAME}/configmaps`;
  onTestFinished(async () => {
    await call(plane, "DELETE", `${configMaps}/${namespace}`);
  });
  const body = policyConfigMap(namespace, { match: { namespaces: [namespace] }, ...policy });
  const reply = await call(plane, "POST", configMaps, { body });
  if (reply.status !== 201) throw new Error(`the policy is refused: ${JSON.stringify(reply.body)}`);
  await installation.untilInForce(namespace);
  return namespace;
}
