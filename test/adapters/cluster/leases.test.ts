import { describe, expect, it } from "vitest";

import { readLease, writeLease } from "#src/adapters/cluster/leases.ts";
import { connected, status } from "./connected.ts";

const place = { namespace: "podpecker", name: "podpecker-workspaces" };
const ALL = "/apis/coordination.k8s.io/v1/namespaces/podpecker/leases";
const at = new Date("2026-01-02T03:04:05.678Z");
const tenure = { holder: "one", seconds: 15, acquiredAt: at, renewedAt: at, transitions: 2 };
const spec = {
  holderIdentity: "one",
  leaseDurationSeconds: 15,
  acquireTime: "2026-01-02T03:04:05.678000Z",
  renewTime: "2026-01-02T03:04:05.678000Z",
  leaseTransitions: 2,
};
const stored = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { ...place, resourceVersion: "5", labels: { a: "b" } },
  spec,
};
const read = { holder: "one", seconds: 15, transitions: 2, version: "5", object: stored };

describe("a Lease", () => {
  it("is read", async () => {
    const { api, cluster } = await connected();

    const reading = readLease(cluster, place);
    const { asked, reply } = await api.next();
    reply(200, stored);

    expect(asked).toBe(`GET ${ALL}/podpecker-workspaces`);
    expect(await reading).toEqual(read);
  });

  it("of nobody is read, too", async () => {
    const { api, cluster } = await connected();

    const reading = readLease(cluster, place);
    (await api.next()).reply(200, { ...stored, spec: null });

    expect(await reading).toMatchObject({ holder: "", seconds: 0, transitions: 0 });
  });

  it("is made where there is none", async () => {
    const { api, cluster } = await connected();

    const writing = writeLease(cluster, place, { before: undefined, tenure });
    const { asked, body, reply } = await api.next();
    reply(201, stored);

    expect(asked).toBe(`POST ${ALL}`);
    expect(body).toEqual({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: place, spec });
    expect(await writing).toEqual(read);
  });

  it("is written at the version that was read, with all that others wrote there", async () => {
    const { api, cluster } = await connected();

    const writing = writeLease(cluster, place, { before: read, tenure: { ...tenure, holder: "" } });
    const { asked, body, reply } = await api.next();
    reply(200, stored);

    expect(asked).toBe(`PUT ${ALL}/podpecker-workspaces`);
    expect(body).toEqual({ ...stored, spec: { ...spec, holderIdentity: "" } });
    expect(await writing).toEqual(read);
  });

  it.each([404, 409])("that another one wrote meanwhile is not written (%d)", async (code) => {
    const { api, cluster } = await connected();

    const writing = writeLease(cluster, place, { before: read, tenure });
    (await api.next()).reply(code, status(code, "no"));

    expect(await writing).toBeUndefined();
  });

  it("that may not be written says which right is missing", async () => {
    const { api, cluster } = await connected();

    const writing = writeLease(cluster, place, { before: read, tenure });
    (await api.next()).reply(403, status(403, "you cannot update resource", "Forbidden"));

    await expect(writing).rejects.toThrow('the verb "update" on "leases" of apiGroup "coordination.k8s.io"');
  });
});
