import { describe, expect, it } from "vitest";

import { type EventWriting, createEventWriter } from "#src/adapters/cluster/write-event.ts";
import { connected, status } from "./connected.ts";

const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "ci", name: "acme", uid: "u1", resourceVersion: "7" },
};
const told = { reason: "PolicyRejected", message: "line 3 is wrong" };

/** A writer on a fake API server, its clock, and what it could not write. */
async function writing(options: Partial<EventWriting> = {}) {
  const { api, cluster, origin } = await connected();
  const clock = { now: Date.parse("2026-01-02T03:04:05Z") };
  const problems: string[] = [];
  const another = () =>
    createEventWriter(cluster, {
      onProblem: ({ message }) => problems.push(message.replace(`${origin}: `, "")),
      now: () => clock.now,
      instance: "podpecker-1",
      ...options,
    });
  return { api, clock, problems, another, writer: another() };
}

describe("an event", () => {
  it("is written about an object, in its namespace", async () => {
    const { api, problems, writer } = await writing();

    writer.write(configMap, told);
    const { asked, body, reply } = await api.next();
    reply(201, {});
    await writer.settled();

    expect(asked).toBe("POST /api/v1/namespaces/ci/events");
    expect(body).toEqual({
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        namespace: "ci",
        name: expect.stringMatching(/^podpecker\.[0-9a-f]{32}$/) as string,
      },
      involvedObject: {
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: "ci",
        name: "acme",
        uid: "u1",
        resourceVersion: "7",
      },
      type: "Warning",
      reason: "PolicyRejected",
      message: "line 3 is wrong",
      count: 1,
      firstTimestamp: "2026-01-02T03:04:05.000Z",
      lastTimestamp: "2026-01-02T03:04:05.000Z",
      source: { component: "podpecker" },
      reportingComponent: "podpecker",
      reportingInstance: "podpecker-1",
    });
    expect(problems).toEqual([]);
  });

  it("is the same one whichever replica writes it, and not a problem where it is there", async () => {
    const { api, problems, writer, another } = await writing();
    const second = another();

    writer.write(configMap, told);
    const first = await api.next();
    first.reply(201, {});
    second.write(configMap, told);
    const again = await api.next();
    again.reply(409, status(409, "already exists", "AlreadyExists"));
    await Promise.all([writer.settled(), second.settled()]);

    expect(again.body).toEqual(first.body);
    expect(problems).toEqual([]);
  });

  it("is another one for another version, object or message", async () => {
    const { api, writer } = await writing();
    const { metadata } = configMap;
    const names = new Set<unknown>();

    writer.write(configMap, told);
    writer.write({ ...configMap, metadata: { ...metadata, resourceVersion: "8" } }, told);
    writer.write({ ...configMap, metadata: { ...metadata, uid: "u2" } }, told);
    writer.write(configMap, { ...told, message: "line 4 is wrong" });
    for (let index = 0; index < 4; index += 1) {
      const { body, reply } = await api.next();
      names.add((body as { readonly metadata: { readonly name: string } }).metadata.name);
      reply(201, {});
    }

    expect(names.size).toBe(4);
  });

  it("is written once by one replica, until that has failed", async () => {
    const { api, problems, writer } = await writing();

    writer.write(configMap, told);
    writer.write(configMap, told);
    (await api.next()).reply(500, status(500, "no space left"));
    await writer.settled();
    writer.write(configMap, told);
    (await api.next()).reply(201, {});
    await writer.settled();
    writer.write(configMap, told);

    expect(problems).toEqual(['cannot create events in namespace "ci" (500: no space left)']);
    expect(api.left()).toEqual([]);
  });

  it.each([
    { message: "x".repeat(1024), kept: "x".repeat(1024) },
    { message: "x".repeat(1025), kept: `${"x".repeat(1021)}…` },
    { message: "ä".repeat(513), kept: `${"ä".repeat(510)}…` },
    { message: "🐦".repeat(257), kept: `${"🐦".repeat(255)}…` },
  ])("has a message of 1024 bytes at most", async ({ message, kept }) => {
    const { api, writer } = await writing();

    writer.write(configMap, { ...told, message });
    const { body, reply } = await api.next();
    reply(201, {});

    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1024);
    expect(body).toMatchObject({ message: kept });
  });

  it("is left out where there are too many, and counted", async () => {
    const { api, clock, writer } = await writing({ perMinute: 2 });
    const write = (message: string): void => {
      writer.write(configMap, { ...told, message });
    };

    for (const message of ["a", "b", "c", "d"]) write(message);
    clock.now += 30_000;
    for (const message of ["e", "f"]) write(message);
    clock.now += 3_600_000;
    for (const message of ["g", "h", "i"]) write(message);

    const messages: unknown[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { body, reply } = await api.next();
      messages.push((body as { readonly message: string }).message);
      reply(201, {});
    }
    await writer.settled();
    expect(messages.sort()).toEqual(["a", "b", "e", "g", "h"]);
    expect(writer.dropped()).toBe(4);
    expect(api.left()).toEqual([]);
  });

  it("that cannot be written is a problem, and nothing worse", async () => {
    const { api, problems, writer } = await writing();
    await api.stop();

    writer.write(configMap, told);
    await writer.settled();

    expect(problems).toEqual([expect.stringMatching(/cannot be reached: nothing listens there$/)]);
  });
});
