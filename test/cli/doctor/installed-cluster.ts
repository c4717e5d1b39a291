import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import jsonPatch from "fast-json-patch";

import { type Certificates, createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { answerReview } from "#src/admission/review.ts";
import { type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import { createPolicySet } from "#src/policy/policy-set.ts";
import { readConfigMapObject } from "#src/policy/config-map-object.ts";
import { kubeconfig, status } from "#test/adapters/cluster/connected.ts";
import { type Exchange, fakeApiServer } from "#test/adapters/cluster/fake-api-server.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import {
  base64,
  deployment,
  endpoints,
  mutatingWebhook,
  namespace,
  policy,
  validatingWebhook,
  validationWebhook,
} from "./healthy-view.ts";
import { NOW } from "#test/now.ts";

/** What the API server answers to something that is asked, `GET /version`. */
export type Answer = (exchange: Exchange) => void;

const DEFAULT_POLICY = policy("default", "version: v1\nlabels: { set: { ci: woodpecker } }\n");
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const OWN = "/api/v1/namespaces/podpecker";

export const FORBIDDEN: Answer = ({ reply }) => {
  reply(403, status(403, "who asks may not", "Forbidden"));
};

export const ABSENT: Answer = ({ reply }) => {
  reply(404, status(404, "not found", "NotFound"));
};

export const saying =
  (body: unknown): Answer =>
  ({ reply }) => {
    reply(200, body);
  };

/** An API server with Podpecker in it, all well, but for what is answered otherwise; and a kubeconfig for it. */
export async function installedCluster(otherwise: Readonly<Record<string, Answer>> = {}) {
  const [own, serving] = await Promise.all([
    createSelfSigned({ hosts: ["127.0.0.1"] }),
    createSelfSigned({ hosts: ["podpecker.podpecker.svc"] }),
  ]);
  const api = await fakeApiServer({ cert: own.cert, key: own.key });
  const answers = { ...answersOf(serving), ...otherwise };
  const asked: Exchange[] = [];
  void (async () => {
    for (;;) {
      const exchange = await api.next();
      asked.push(exchange);
      (answers[exchange.asked] ?? ABSENT)(exchange);
    }
  })();
  const file = join(await temporaryDirectory(), "config");
  const cluster = { server: api.url, "certificate-authority-data": base64(own.ca) };
  await writeFile(file, kubeconfig(api.url, { clusters: [{ name: "here", cluster }] }));
  return { api, file, asked };
}

function answersOf({ ca, cert }: Certificates): Readonly<Record<string, Answer>> {
  const trusting = (webhook: Webhook): Webhook => ({
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle: base64(ca) },
  });
  const configuration = (...webhooks: readonly Webhook[]): Answer =>
    saying({ metadata: { name: "podpecker" }, webhooks: webhooks.map(trusting) });
  const slices = endpoints(true, true);
  const user = { status: { userInfo: { username: "admin" } } };
  return {
    "GET /version": saying({ gitVersion: "v1.36.3" }),
    "POST /apis/authentication.k8s.io/v1/selfsubjectreviews": saying(user),
    [`GET ${ADMISSION}/mutatingwebhookconfigurations/podpecker`]: configuration(mutatingWebhook),
    [`GET ${ADMISSION}/validatingwebhookconfigurations/podpecker`]: configuration(
      validationWebhook,
      validatingWebhook,
    ),
    "GET /api/v1/namespaces": saying({
      items: [namespace("ci-a", { "podpecker.dev/enabled": "true" }), namespace("default")],
    }),
    [`GET ${OWN}/services/podpecker`]: saying({
      metadata: { name: "podpecker" },
      spec: { ports: [{ port: 443 }] },
    }),
    "GET /apis/discovery.k8s.io/v1/namespaces/podpecker/endpointslices": saying({
      items: slices.state === "read" ? slices.value : [],
    }),
    "GET /apis/apps/v1/namespaces/podpecker/deployments/podpecker": saying(
      deployment("--cluster", "--policy-configmap", "woodpecker/agent"),
    ),
    [`GET ${OWN}/secrets/podpecker-tls`]: saying({
      data: { "tls.crt": base64(cert), "tls.key": "c2VjcmV0" },
    }),
    "GET /api/v1/configmaps": saying({ items: [DEFAULT_POLICY] }),
    "GET /api/v1/namespaces/woodpecker/configmaps/agent": saying({
      metadata: { name: "agent", namespace: "woodpecker" },
      data: { WOODPECKER_BACKEND_K8S_NAMESPACE: "other" },
    }),
    "POST /api/v1/namespaces/ci-a/pods": decided,
  };
}

/** As the API server has a Pod decided about by Podpecker, and keeps nothing. */
function decided({ body, reply }: Exchange): void {
  const { policy: read } = readConfigMapObject(DEFAULT_POLICY);
  const request = { uid: "1", namespace: "ci-a", operation: "CREATE", object: body };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  const answer = answerReview(JSON.stringify(review), createPolicySet(read === undefined ? [] : [read]), {
    now: NOW,
  });
  const { response } = JSON.parse(answer.body) as { response: { patch: string } };
  const patch = JSON.parse(Buffer.from(response.patch, "base64").toString()) as jsonPatch.Operation[];
  const pod = jsonPatch.applyPatch(body, patch, false, false).newDocument as { metadata: object };
  reply(201, { ...pod, metadata: { name: "podpecker-doctor-x", ...pod.metadata } });
}
