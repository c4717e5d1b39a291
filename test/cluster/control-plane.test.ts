import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { afterAll, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { call } from "./control-plane/call.ts";
import { helm } from "./control-plane/helm.ts";
import { apply, kubectl } from "./control-plane/kubectl.ts";
import { ServiceAddress } from "./control-plane/service-address.ts";
import { serviceAccountKubeconfig, serviceAccountToken } from "./control-plane/service-account.ts";
import { until } from "./control-plane/until.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { sharedPlane } from "./shared-plane.ts";

const plane = sharedPlane();

afterAll(() => plane.restartControllers());

const pod = (name: string, nodeSelector: Readonly<Record<string, string>>): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { nodeSelector, containers: [{ name: "step", image: "alpine:3" }] },
});

it("asks RBAC: the admin may, one to whom nothing is granted may not, and nobody knows a made-up token", async () => {
  const path = "/api/v1/namespaces/default/pods";

  expect((await call(plane, "GET", path)).status).toBe(200);
  expect((await call(plane, "GET", path, { token: plane.tokens.stranger })).status).toBe(403);
  expect((await call(plane, "GET", path, { token: "made-up" })).status).toBe(401);
});

it("runs a Pod on the node that its selector names", async () => {
  await apply(plane, pod("for-arm64", { "kubernetes.io/arch": "arm64" }));

  const running = await untilObject(
    plane,
    "/api/v1/namespaces/default/pods/for-arm64",
    ({ status }) => status?.["phase"] === "Running",
  );

  expect(running.spec).toMatchObject({ nodeName: "arm64" });
});

it("runs no Pod whose selector names no node", async () => {
  await apply(plane, pod("for-s390x", { "kubernetes.io/arch": "s390x" }));

  const { spec, status } = await untilObject(plane, "/api/v1/namespaces/default/pods/for-s390x", (seen) =>
    JSON.stringify(seen.status).includes('"Unschedulable"'),
  );

  expect(status).toMatchObject({ phase: "Pending", conditions: [{ type: "PodScheduled", status: "False" }] });
  expect(spec).not.toHaveProperty("nodeName");
});

it("calls a webhook by its Service, whose backends may change", async () => {
  const { ca, cert, key } = await createSelfSigned({ hosts: ["hook.default.svc"] });
  const backends = [await refuser("one", { cert, key }), await refuser("other", { cert, key })];
  await apply(plane, hookService, hookConfiguration(ca));
  onTestFinished(async () => {
    await kubectl(plane, ["delete", "validatingwebhookconfiguration,service", "hook", "--namespace=default"]);
  });
  const address = await ServiceAddress.of(plane, "default", "hook");
  onTestFinished(() => address.close());
  expect(address.address).toMatch(/^127\./);

  address.backends = backends.slice(0, 1);
  expect(await refusal()).toContain("by one");
  address.backends = backends.slice(1);
  expect(await refusal()).toContain("by other");
  address.backends = [];
  expect(await refusal()).toContain("failed calling webhook");
});

it("keeps what it was told over a restart of the API server", async () => {
  const pid = plane.apiServer.pid;
  await kubectl(plane, ["create", "configmap", "kept", "--from-literal=word=kept"]);

  await plane.apiServer.restart();

  expect(plane.apiServer.pid).not.toBe(pid);
  expect((await call(plane, "GET", "/api/v1/namespaces/default/configmaps/kept")).body).toMatchObject({
    data: { word: "kept" },
  });
});

it("writes down in the audit log what was asked about a Pod", async () => {
  await apply(plane, pod("audited", {}));

  const lines = (await readFile(plane.auditLog, "utf8")).trimEnd().split("\n");
  const creation = lines.find(
    (line) => line.includes('"verb":"create"') && line.includes('"name":"audited"'),
  );

  expect(JSON.parse(creation ?? "{}")).toMatchObject({
    level: "RequestResponse",
    user: { username: "admin" },
    requestObject: { spec: { containers: [{ name: "step" }] } },
    responseObject: { status: { phase: "Pending" } },
  });
});

it("is there for Helm, too", async () => {
  expect(await helm(plane, ["list", "--all-namespaces", "--output=json"])).toMatchObject({
    code: 0,
    stdout: "[]\n",
  });
});

it("knows a ServiceAccount by its token, and what was granted to it", async () => {
  await kubectl(plane, ["create", "serviceaccount", "reader"]);
  const grant = ["create", "rolebinding", "reader", "--clusterrole=view", "--serviceaccount=default:reader"];
  await kubectl(plane, grant);

  const path = "/api/v1/namespaces/default/configmaps";
  const token = await serviceAccountToken(plane, "default", "reader");
  expect((await call(plane, "GET", path, { token })).status).toBe(200);
  expect((await call(plane, "POST", path, { token, body: {} })).status).toBe(403);
  const kubeconfig = await serviceAccountKubeconfig(plane, "default", "reader");
  const whoami = await kubectl(plane, ["--kubeconfig", kubeconfig, "auth", "whoami"]);
  expect(whoami.stdout).toContain("system:serviceaccount:default:reader");
});

const Review = z.object({ request: z.object({ uid: z.string() }) });

/** A webhook that refuses everything in its name; its port. */
async function refuser(name: string, certificate: { cert: string; key: string }): Promise<number> {
  const server = createServer(certificate, (request, response) => {
    void json(request).then((body) => {
      const { uid } = Review.parse(body).request;
      const refusal = { uid, allowed: false, status: { message: `by ${name}` } };
      // The API server would keep the connection, and with it this backend.
      response.writeHead(200, { "Content-Type": "application/json", Connection: "close" });
      response.end(
        JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: refusal }),
      );
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port; // As it listens on TCP.
}

const hookService = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "hook", namespace: "default" },
  spec: { ports: [{ port: 443, targetPort: 8443 }] },
};

const hookConfiguration = (ca: string): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "hook" },
  webhooks: [
    {
      name: "hook.podpecker.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      clientConfig: {
        service: { name: "hook", namespace: "default" },
        caBundle: Buffer.from(ca).toString("base64"),
      },
      objectSelector: { matchLabels: { hook: "refuses" } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
    },
  ],
});

/** What the API server says of an object that the webhook refuses, as soon as it knows of the webhook. */
const refusal = (): Promise<string> =>
  until("the ConfigMap is refused", async () => {
    const body = { metadata: { generateName: "refused-", labels: { hook: "refuses" } } };
    const reply = await call(plane, "POST", "/api/v1/namespaces/default/configmaps", { body });
    return reply.status === 201 ? undefined : JSON.stringify(reply.body);
  });
