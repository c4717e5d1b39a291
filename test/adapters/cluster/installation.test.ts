import { describe, expect, it } from "vitest";

import { listEndpointSlices, readDeployment, readService } from "#src/adapters/cluster/installation.ts";
import { listObjects } from "#src/adapters/cluster/objects.ts";
import { resources } from "#src/adapters/cluster/resources.ts";
import { connected, status } from "./connected.ts";

const place = { namespace: "podpecker", name: "podpecker" };
const metadata = { namespace: "podpecker", name: "podpecker" };

describe("an installation", () => {
  it("has a Service", async () => {
    const { api, cluster } = await connected();
    const service = {
      metadata,
      spec: { selector: { app: "x" }, ports: [{ port: 443, targetPort: "webhook" }] },
    };

    const reading = readService(cluster, place);
    const exchange = await api.next();
    exchange.reply(200, service);

    expect(exchange.asked).toBe("GET /api/v1/namespaces/podpecker/services/podpecker");
    expect(await reading).toEqual(service);
  });

  it("has endpoints, of which none need be there yet", async () => {
    const { api, cluster } = await connected();
    const conditions = { ready: true };

    const listing = listEndpointSlices(cluster, place);
    const exchange = await api.next();
    exchange.reply(200, {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSliceList",
      metadata: { resourceVersion: "1" },
      items: [
        { metadata, endpoints: [{ addresses: ["10.0.0.1"], conditions }, { addresses: ["10.0.0.2"] }] },
        { metadata, endpoints: null, ports: null },
      ],
    });

    expect(exchange.asked).toBe("GET /apis/discovery.k8s.io/v1/namespaces/podpecker/endpointslices");
    expect(exchange.query["labelSelector"]).toBe("kubernetes.io/service-name=podpecker");
    expect((await listing).map(({ endpoints }) => endpoints)).toEqual([
      [
        { addresses: ["10.0.0.1"], conditions },
        { addresses: ["10.0.0.2"], conditions: {} },
      ],
      null,
    ]);
  });

  it("may have no Deployment", async () => {
    const { api, cluster } = await connected();

    const reading = readDeployment(cluster, place);
    const exchange = await api.next();
    exchange.reply(404, status(404, "not found"));

    expect(exchange.asked).toBe("GET /apis/apps/v1/namespaces/podpecker/deployments/podpecker");
    expect(await reading).toBeUndefined();
  });

  it("is for namespaces, which belong to none", async () => {
    const { api, cluster } = await connected();

    const listing = listObjects(cluster, { resource: resources.namespaces });
    const exchange = await api.next();
    exchange.reply(200, {
      apiVersion: "v1",
      kind: "NamespaceList",
      metadata: {},
      items: [{ metadata: { name: "ci", labels: { "podpecker.dev/enabled": "true" } } }],
    });

    expect(exchange.asked).toBe("GET /api/v1/namespaces");
    expect((await listing).objects).toEqual([
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "ci", labels: { "podpecker.dev/enabled": "true" } },
      },
    ]);
  });
});
