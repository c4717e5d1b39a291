import { describe, expect, it } from "vitest";

import { ClusterError } from "#src/adapters/cluster/cluster-error.ts";
import { connectCluster } from "#src/adapters/cluster/connect-cluster.ts";
import { type ClusterState } from "#src/cli/doctor/cluster-view.ts";
import { readCluster, type Sought } from "#src/cli/doctor/read-cluster.ts";
import { status } from "#test/adapters/cluster/connected.ts";
import { type Answer, FORBIDDEN, installedCluster, saying } from "./installed-cluster.ts";

const names = { namespace: "podpecker", service: "podpecker", configuration: "podpecker" };

async function reading(otherwise: Readonly<Record<string, Answer>> = {}, sought: Partial<Sought> = {}) {
  const { file, asked } = await installedCluster(otherwise);
  const cluster = await connectCluster({ kubeconfig: file });
  const read = (): Promise<ClusterState> =>
    readCluster(cluster, { names, promoted: [], as: undefined, ...sought });
  return { read, asked };
}

describe("readCluster", () => {
  it("reads what is there", async () => {
    const { read } = await reading();

    const state = await read();

    expect(state.version).toEqual({ state: "read", value: "v1.36.3" });
    expect(state.user).toEqual({ state: "read", value: "admin" });
    expect(state.configMaps).toMatchObject({ state: "read", value: [{ metadata: { name: "default" } }] });
    expect([...state.promoted.keys()]).toEqual(["woodpecker/agent"]);
    expect(state.secret.state).toBe("read");
  });

  it("looks where it is told, and where the Deployment says", async () => {
    const args = ["serve", "--certificate-secret=tls", "--policy-configmap=agents/two"];
    const deployment = { spec: { template: { spec: { containers: [{ args }] } } } };
    const { read, asked } = await reading(
      { "GET /apis/apps/v1/namespaces/here/deployments/pecker": saying(deployment) },
      {
        names: { namespace: "here", service: "pecker", configuration: "conf" },
        promoted: ["agents/one", "agents/two"],
      },
    );

    await read();

    expect(asked.map(({ asked: what }) => what).sort()).toEqual([
      "GET /api/v1/configmaps",
      "GET /api/v1/namespaces",
      "GET /api/v1/namespaces/agents/configmaps/one",
      "GET /api/v1/namespaces/agents/configmaps/two",
      "GET /api/v1/namespaces/here/secrets/tls",
      "GET /api/v1/namespaces/here/services/pecker",
      "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/conf",
      "GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/conf",
      "GET /apis/apps/v1/namespaces/here/deployments/pecker",
      "GET /apis/discovery.k8s.io/v1/namespaces/here/endpointslices",
      "GET /version",
      "POST /apis/authentication.k8s.io/v1/selfsubjectreviews",
    ]);
    expect(asked.flatMap(({ query }) => query["labelSelector"] ?? []).sort()).toEqual([
      "kubernetes.io/service-name=pecker",
      "podpecker.dev/policy=true",
    ]);
  });

  it("does not ask who it is where it tries in another's name", async () => {
    const { read, asked } = await reading({}, { as: "agent" });

    expect((await read()).user).toEqual({ state: "read", value: "agent" });
    expect(asked.filter(({ asked: what }) => what.startsWith("POST"))).toEqual([]);
  });

  it("says of each part why it is not known", async () => {
    const { read } = await reading({
      "GET /api/v1/namespaces": saying("<html>"),
      "GET /api/v1/configmaps": FORBIDDEN,
      "GET /api/v1/namespaces/podpecker/services/podpecker": ({ reply }) => {
        reply(500, "no");
      },
      "GET /api/v1/namespaces/podpecker/secrets/podpecker-tls": ({ cut }) => {
        cut();
      },
    });

    const { namespaces, configMaps, service, secret } = await read();

    expect(namespaces).toEqual({
      state: "unreadable",
      reason: "the answer is not what was asked for (namespaces)",
    });
    expect(configMaps).toEqual({
      state: "forbidden",
      permission: { verb: "list", resource: "configmaps", namespace: "*" },
    });
    expect(service).toEqual({ state: "unreadable", reason: "the answer has status 500" });
    expect(secret).toEqual({
      state: "unreadable",
      reason: expect.stringContaining("cannot be reached") as string,
    });
  });

  it("takes null for an empty list", async () => {
    const { read } = await reading({ "GET /api/v1/namespaces": saying({ items: null }) });

    expect((await read()).namespaces).toEqual({ state: "read", value: [] });
  });

  it.each<{ about: string; answer: Answer; says: RegExp }>([
    {
      about: "its credentials are not accepted",
      answer: ({ reply }) => {
        reply(401, status(401, "Unauthorized", "Unauthorized"));
      },
      says: /does not accept the credentials of context "try" .* \(401\); renew them$/,
    },
    {
      about: "there is no answer",
      answer: ({ cut }) => {
        cut();
      },
      says: /cannot be reached/,
    },
  ])("asks no further where $about", async ({ answer, says }) => {
    const { read, asked } = await reading({ "GET /version": answer });

    const refused = read();

    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toBeInstanceOf(ClusterError);
    expect(asked).toHaveLength(1);
  });
});
