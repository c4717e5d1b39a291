import { describe, expect, it } from "vitest";

import { connectCluster } from "#src/adapters/cluster/connect-cluster.ts";
import { readWorkspaces } from "#src/cli/doctor/read-workspaces.ts";
import { workspaceRights } from "#src/cli/doctor/workspace-rights.ts";
import { deployment, healthyView, policy, read } from "./healthy-view.ts";
import { type Answer, FORBIDDEN, installedCluster, saying } from "./installed-cluster.ts";

const REVIEW = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
const LEASE = "GET /apis/coordination.k8s.io/v1/namespaces/podpecker/leases/podpecker-workspaces";

const claims = policy("ci", "version: v1\nworkspace: { size: 1Gi }\n");
const audited = policy("ci", "version: v1\nmode: audit\nworkspace: { size: 1Gi }\n");
const none = policy("ci", "version: v1\nworkspace: { type: emptyDir, sizeLimit: 1Gi }\n");
const lease = { spec: { holderIdentity: "a_1", renewTime: "2026-06-01T00:00:00.123456Z" } };

async function reading(
  parts: Parameters<typeof healthyView>[0],
  otherwise: Readonly<Record<string, Answer>> = {},
) {
  const answers = { [REVIEW]: saying({ status: { allowed: true } }), [LEASE]: saying(lease), ...otherwise };
  const { file, asked } = await installedCluster(answers);
  const cluster = await connectCluster({ kubeconfig: file });
  const state = healthyView({ configMaps: read([claims]), trial: undefined, ...parts });
  return { found: await readWorkspaces(cluster, state), asked };
}

describe("readWorkspaces", () => {
  it("asks what the account of the replicas may do, right by right, and reads the Lease", async () => {
    const pods = { serviceAccountName: "pecker", containers: [] };
    const { found, asked } = await reading({ deployment: read({ spec: { template: { spec: pods } } }) });

    const rights = workspaceRights({ namespace: "podpecker" });
    expect(found).toEqual({
      state: "read",
      value: {
        account: "system:serviceaccount:podpecker:pecker",
        rights: rights.map((permission) => [permission, read(true)]),
        lease: read(lease),
      },
    });
    const reviews = asked.filter(({ asked: what }) => what === REVIEW).map(({ body }) => body);
    expect(reviews).toHaveLength(rights.length);
    expect(reviews).toContainEqual({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: "system:serviceaccount:podpecker:pecker",
        groups: ["system:serviceaccounts", "system:serviceaccounts:podpecker", "system:authenticated"],
        resourceAttributes: { verb: "create", group: "", resource: "persistentvolumeclaims", namespace: "" },
      },
    });
    expect(reviews).toContainEqual(
      expect.objectContaining({
        spec: expect.objectContaining({
          resourceAttributes: {
            verb: "update",
            group: "coordination.k8s.io",
            resource: "leases",
            namespace: "podpecker",
            name: "podpecker-workspaces",
          },
        }) as object,
      }),
    );
  });

  it("hands on what is refused, and what may not be asked", async () => {
    const { found } = await reading(
      {},
      { [REVIEW]: saying({ status: { allowed: false } }), [LEASE]: FORBIDDEN },
    );

    expect(found).toMatchObject({
      state: "read",
      value: {
        account: "system:serviceaccount:podpecker:default",
        lease: {
          state: "forbidden",
          permission: { verb: "get", resource: "leases.coordination.k8s.io", namespace: "podpecker" },
        },
      },
    });
    const rights = found.state === "read" ? found.value.rights : [];
    expect(rights.map(([, answer]) => answer)).toEqual(rights.map(() => read(false)));
  });

  it.each([
    { about: "no policy gives a claim", parts: { configMaps: read([none]) } },
    { about: "such a policy is only audited", parts: { configMaps: read([audited]) } },
    { about: "all policies are only audited", parts: { deployment: read(deployment("--audit")) } },
    { about: "there is no policy that may be read", parts: { configMaps: { state: "absent" } } },
    { about: "no replicas run there", parts: { deployment: { state: "absent" } } },
  ] as const)("asks nothing where $about", async ({ parts }) => {
    const { found, asked } = await reading(parts);

    expect(found).toEqual({ state: "absent" });
    expect(asked).toEqual([]);
  });

  it("asks nothing where it does not know whose rights count", async () => {
    const permission = { verb: "get", resource: "deployments.apps", namespace: "podpecker" };
    const { found, asked } = await reading({ deployment: { state: "forbidden", permission } });

    expect(found).toEqual({ state: "forbidden", permission });
    expect(asked).toEqual([]);
  });

  it("says of an API server that gives no sense that it cannot be read", async () => {
    const { found } = await reading(
      { deployment: read(deployment("--cluster")) },
      { [REVIEW]: saying({ status: {} }) },
    );

    const rights = found.state === "read" ? found.value.rights : [];
    expect(new Set(rights.map(([, answer]) => answer.state))).toEqual(new Set(["unreadable"]));
  });
});
