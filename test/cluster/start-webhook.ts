import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { apply } from "./control-plane/kubectl.ts";
import { type Replica, startReplica } from "./control-plane/replica.ts";
import { ServiceAddress } from "./control-plane/service-address.ts";

const NAMESPACE = "podpecker";
const SERVICE = { name: "podpecker", namespace: NAMESPACE };
const POLICY = join(import.meta.dirname, "../../manifests/examples/policies/small.yaml");

export interface Webhook {
  readonly replica: Replica;
  readonly address: string;
}

/** Serves a small policy behind a Service, and has the API server ask it about Pods of chosen namespaces. */
export async function startWebhook(plane: ControlPlane): Promise<Webhook> {
  const host = `${SERVICE.name}.${NAMESPACE}.svc`;
  const { ca, cert, key } = await createSelfSigned({ hosts: [host] });
  const files = {
    certificate: join(plane.directory, "webhook.crt"),
    key: join(plane.directory, "webhook.key"),
  };
  await writeFile(files.certificate, cert);
  await writeFile(files.key, key);
  const words = ["--policy", POLICY, "--tls-cert", files.certificate, "--tls-key", files.key];
  const replica = await startReplica(plane.directory, { words });
  await apply(plane, { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, service);
  const address = await ServiceAddress.of(plane, NAMESPACE, SERVICE.name);
  address.backends = [replica.port];
  await apply(plane, configuration(ca));
  return { replica, address: address.address };
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: SERVICE,
  spec: { ports: [{ port: 443, targetPort: 8443 }] },
};

const configuration = (ca: string): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "podpecker" },
  webhooks: [
    {
      name: "pods.podpecker.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "NoneOnDryRun",
      timeoutSeconds: 5,
      reinvocationPolicy: "IfNeeded",
      clientConfig: {
        service: { ...SERVICE, path: "/mutate" },
        caBundle: Buffer.from(ca).toString("base64"),
      },
      namespaceSelector: { matchLabels: { "podpecker.dev/enabled": "true" } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    },
  ],
});
