import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { onTestFinished } from "vitest";
import { z } from "zod";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { Pod } from "#src/kubernetes/pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";

const Review = z.object({ request: z.object({ uid: z.string(), object: Pod }) });

export interface OtherWebhook {
  /** Of its configuration: webhooks are called in the order of these names. */
  readonly name: string;
  readonly namespace: string;
  /** The JSON Patch for a Pod. */
  readonly patchFor: (pod: Pod) => readonly object[];
  /** Whether it is called again after others; never, unless told otherwise. */
  readonly reinvocationPolicy?: "Never" | "IfNeeded";
}

/** Somebody else's webhook, for the length of a test: it changes every Pod of a namespace that is created. */
export async function otherWebhook(plane: ControlPlane, other: OtherWebhook): Promise<void> {
  const { ca, cert, key } = await createSelfSigned({ hosts: ["127.0.0.1"] });
  const server = createServer({ cert, key }, (request, response) => {
    void json(request).then((body) => {
      const { uid, object } = Review.parse(body).request;
      const patch = Buffer.from(JSON.stringify(other.patchFor(object))).toString("base64");
      const answer = { uid, allowed: true, patchType: "JSONPatch", patch };
      // Else the API server would keep a connection to a port that is another one's soon.
      response.writeHead(200, { "Content-Type": "application/json", Connection: "close" });
      response.end(
        JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }),
      );
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // As it listens on TCP.
  const clientConfig = { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(ca).toString("base64") };
  await applyForTest(plane, configuration(other, clientConfig));
}

const configuration = (
  { name, namespace, reinvocationPolicy = "Never" }: OtherWebhook,
  clientConfig: object,
): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name },
  webhooks: [
    {
      name: "other.acme.example",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      reinvocationPolicy,
      clientConfig,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    },
  ],
});
