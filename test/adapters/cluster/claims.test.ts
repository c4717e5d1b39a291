import { describe, expect, it } from "vitest";

import { createClaim, deleteClaim, lastWarning } from "#src/adapters/cluster/claims.ts";
import { connected, status } from "./connected.ts";

const metadata = { namespace: "ci", name: "podpecker-w" };
const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata };
const stored = { ...claim, metadata: { ...metadata, uid: "u", resourceVersion: "7" } };
const seen = { ...metadata, uid: "u", resourceVersion: "7" };
const ALL = "/api/v1/namespaces/ci/persistentvolumeclaims";
const { signal } = new AbortController();

describe("a claim", () => {
  it("is created", async () => {
    const { api, cluster } = await connected();

    const creating = createClaim(cluster, claim, signal);
    const { asked, body, reply } = await api.next();
    reply(201, stored);

    expect([asked, body]).toEqual([`POST ${ALL}`, claim]);
    expect(await creating).toEqual({ outcome: "created", claim: stored });
  });

  it.each([
    {
      title: "is shown where it is there already",
      answer: stored,
      code: 200,
      expected: { outcome: "exists", claim: stored },
    },
    {
      title: "is nothing where it is gone again",
      answer: status(404, "gone"),
      code: 404,
      expected: undefined,
    },
  ])("$title", async ({ answer, code, expected }) => {
    const { api, cluster } = await connected();

    const creating = createClaim(cluster, claim, signal);
    (await api.next()).reply(409, status(409, "there is one", "AlreadyExists"));
    const { asked, reply } = await api.next();
    reply(code, answer);

    expect(asked).toBe(`GET ${ALL}/podpecker-w`);
    expect(await creating).toEqual(expected);
  });

  it.each([
    { code: 403, reason: "Forbidden", message: "exceeded quota: storage" },
    { code: 409, reason: "Conflict", message: "the quota was changed meanwhile" },
    { code: 422, reason: "Invalid", message: "spec.resources is wrong" },
  ])("that is refused with $code $reason says why", async ({ code, reason, message }) => {
    const { api, cluster } = await connected();

    const creating = createClaim(cluster, claim, signal);
    (await api.next()).reply(code, status(code, message, reason));

    await expect(creating).rejects.toThrow(
      `cannot create persistentvolumeclaims in namespace "ci" (${code}: ${message})`,
    );
  });

  it.each([
    { code: 200, outcome: "deleted" },
    { code: 404, outcome: "deleted" },
    { code: 409, outcome: "changed" },
  ])(
    "that is deleted with the answer $code was $outcome, and only the very one that was seen",
    async ({ code, outcome }) => {
      const { api, cluster } = await connected();

      const deleting = deleteClaim(cluster, seen, signal);
      const { asked, body, reply } = await api.next();
      reply(code, code === 200 ? stored : status(code, "no"));

      expect(asked).toBe(`DELETE ${ALL}/podpecker-w`);
      expect(body).toMatchObject({ preconditions: { uid: "u", resourceVersion: "7" } });
      expect(await deleting).toBe(outcome);
    },
  );

  it("that may not be deleted says which right is missing", async () => {
    const { api, cluster } = await connected();

    const deleting = deleteClaim(cluster, seen, signal);
    (await api.next()).reply(403, status(403, "you cannot delete resource", "Forbidden"));

    await expect(deleting).rejects.toThrow('needs a Role in namespace "ci" with the verb "delete"');
  });

  it("has a last warning", async () => {
    const { api, cluster } = await connected();

    const asking = lastWarning(cluster, seen, signal);
    const { query, reply } = await api.next();
    const items = [
      { message: "old", lastTimestamp: "2026-01-01T00:00:00Z" },
      { message: "no such class", lastTimestamp: "2026-01-02T00:00:00Z" },
      { message: "of the newer form", lastTimestamp: null },
    ];
    reply(200, { apiVersion: "v1", kind: "EventList", items });

    expect(query).toEqual({ fieldSelector: "involvedObject.uid=u,type=Warning" });
    expect(await asking).toBe("no such class");
  });
});
