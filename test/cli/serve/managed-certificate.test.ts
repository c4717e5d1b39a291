import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";

import { readBundle } from "#src/adapters/tls/ca-bundle.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { secureContext } from "#src/adapters/tls/secure-context.ts";
import { InputError } from "#src/cli/input-error.ts";
import { type Clock, systemClock } from "#src/cli/serve/clock.ts";
import { type ManagedParts, manageCertificate } from "#src/cli/serve/managed-certificate.ts";
import { createFakeClock } from "#test/cli/serve/fake-clock.ts";
import { createMemoryCluster, type MemoryCluster } from "#test/cli/serve/memory-cluster.ts";
import { trusts } from "#test/cli/serve/trust.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const SECOND = 1_000;
const MINUTE = 60_000;
const HOST = "podpecker.podpecker.svc";
const terms = { hosts: [HOST], lifetimeMs: 10 * MINUTE, settleMs: 30 * SECOND };
const titles = ["mutating", "validating"];

/** A cluster with two configurations that trust nobody yet. */
function createCluster(now: () => number): MemoryCluster {
  const cluster = createMemoryCluster(now);
  for (const title of titles) cluster.putConfiguration(title, [""]);
  return cluster;
}

/** Begins to manage a certificate, and writes down all that is told. */
function start(cluster: MemoryCluster, clock: Clock, parts: Partial<ManagedParts> = {}) {
  const told: string[] = [];
  const until = ({ notAfter }: { readonly notAfter: Date }): string => notAfter.toISOString().slice(11, 19);
  const managed = manageCertificate({
    secret: cluster.secret,
    configurations: cluster.configurations,
    terms,
    clock,
    reports: {
      certificateServed: (certificate) => told.push(`served, ends at ${until(certificate)}`),
      certificateRotated: (certificate) => told.push(`rotated, ends at ${until(certificate)}`),
      certificateKept: ({ message }) => told.push(`kept: ${message}`),
      certificateAwaited: (reason) => told.push(`awaited: ${reason}`),
      defect: ({ error }) => told.push(`defect: ${String(error)}`),
    },
    ...parts,
  });
  onTestFinished(managed.close);
  return { managed, told };
}

// Nobody trusts it.
const provisional = await createSelfSigned({ hosts: [HOST] });

/** Serves on a free port, once there is a certificate. */
async function serve({ managed }: ReturnType<typeof start>): Promise<Server> {
  const server = createServer(secureContext(provisional), (_request, response) => response.end("ok"));
  await managed.serve(server, provisional);
  await expect.poll(() => managed.problems()).toEqual([]);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

// Neither a pipe nor closed.
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The certificate that a new connection is given, PEM; that the server has its key is shown by the handshake. */
async function presented(server: Server): Promise<string> {
  const socket = connect({ port: portOf(server), host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const pem = socket.getPeerX509Certificate()?.toString() ?? "";
  socket.destroy();
  return pem;
}

/** Every bundle that an API server may go by at this time. */
const visible = (cluster: MemoryCluster, now: number, settleMs: number): string[] =>
  titles
    .flatMap((title) => cluster.episodes(title))
    .filter(({ to, bundles }) => to > now - settleMs && !bundles.includes(""))
    .flatMap(({ bundles }) => bundles);

describe("a managed certificate", () => {
  it("fails no call through rotations, whichever replica is called, however late an API server is", async () => {
    const clock = createFakeClock(START, 2);
    const cluster = createCluster(clock.now);
    const replicas = [start(cluster, clock), start(cluster, clock)];
    await clock.advance(SECOND);
    const servers = await Promise.all(replicas.map(serve));
    const seen = new Set<string>();
    const refused: string[] = [];

    while (clock.now() < START + 40 * MINUTE) {
      const bundles = visible(cluster, clock.now(), terms.settleMs);
      for (const certificate of await Promise.all([...servers, ...servers].map(presented))) {
        seen.add(certificate);
        refused.push(...bundles.filter((bundle) => !trusts(bundle, certificate, clock.now())));
      }
      await clock.advance(10 * SECOND);
    }

    expect(refused).toEqual([]);
    expect(seen.size).toBe(6);
    expect(replicas.map(({ told }) => told.length)).toEqual([6, 6]);
    expect(replicas[0]?.told.slice(0, 2)).toEqual(["served, ends at 00:10:00", "rotated, ends at 00:16:40"]);
  });

  it("is verified by a client of today while the Secret is deleted again and again", async () => {
    const cluster = createCluster(Date.now);
    const settleMs = 200;
    const parts = { terms: { ...terms, lifetimeMs: 60 * MINUTE, settleMs } };
    const replicas = [start(cluster, systemClock, parts), start(cluster, systemClock, parts)];
    const servers = await Promise.all(replicas.map(serve));
    await expect.poll(() => cluster.existing().every(({ bundles }) => !bundles.includes(""))).toBe(true);
    await sleep(settleMs);
    const stop = new AbortController();
    const statuses: (number | undefined)[] = [];
    const hammer = servers.map(async (server) => {
      while (!stop.signal.aborted)
        for (const ca of visible(cluster, Date.now(), settleMs / 2)) statuses.push(await call(server, ca));
    });

    for (let rotation = 0; rotation < 2; rotation += 1) {
      const before = await Promise.all(servers.map(presented));
      cluster.putSecret(undefined);
      await expect
        .poll(async () => (await Promise.all(servers.map(presented))).some((pem) => before.includes(pem)), {
          timeout: 15_000,
        })
        .toBe(false);
    }
    stop.abort();
    await Promise.all(hammer);

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(100);
    expect(new Set(await Promise.all(servers.map(presented))).size).toBe(1);
  });

  it("is one for all replicas that begin at the same time", async () => {
    const clock = createFakeClock(START, 3);
    const cluster = createCluster(clock.now);
    const replicas = [1, 2, 3].map(() => start(cluster, clock));
    await clock.advance(SECOND);

    const servers = await Promise.all(replicas.map(serve));
    const seen = await Promise.all(servers.map(presented));

    expect(new Set(seen)).toEqual(new Set([cluster.stored()?.content["tls.crt"]]));
    expect(replicas.map(({ told }) => told)).toEqual([1, 2, 3].map(() => ["served, ends at 00:10:00"]));
  });

  it("leaves no key behind with which another certificate could be signed", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const replica = start(cluster, clock);
    await clock.advance(SECOND);
    await serve(replica);

    const content = cluster.stored()?.content;

    const leaf = new X509Certificate(content?.["tls.crt"] ?? "");
    const [authority] = readBundle(content?.["ca.crt"] ?? "");
    const keys = Object.entries(content ?? {}).filter(([name]) => name.endsWith(".key"));
    expect(leaf.ca).toBe(false);
    expect(authority?.certificate.ca).toBe(true);
    expect(keys.map(([, key]) => leaf.checkPrivateKey(createPrivateKey(key)))).toEqual([true]);
    expect(authority?.certificate.checkPrivateKey(createPrivateKey(content?.["tls.key"] ?? ""))).toBe(false);
  });

  it("is waited for until the API server is there, with one report", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const api = createSwitch(cluster);
    api.turn("off");
    const { managed, told } = start(cluster, clock, api.parts);

    await clock.advance(MINUTE);
    expect(told).toEqual(["awaited: the API server is away"]);
    expect(managed.problems()).toEqual(["there is no certificate yet"]);
    api.turn("on");
    await clock.advance(10 * SECOND);

    expect(managed.problems()).toEqual([]);
  });

  it("says that it waits for configurations to trust a new one while others may serve an old one", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const { ca } = await createSelfSigned({ hosts: ["a"], now: new Date(START) });
    cluster.putConfiguration("mutating", [ca]);
    const { managed, told } = start(cluster, clock);

    await clock.advance(20 * SECOND);
    expect(told).toEqual([
      'awaited: the new certificate in the Secret "podpecker/podpecker-tls" is served when the webhook configurations have trusted its CA for a while',
    ]);
    await clock.advance(30 * SECOND);

    expect(managed.problems()).toEqual([]);
  });

  it("is served on while the API server is away, until it ends, and is replaced when that is back", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const api = createSwitch(cluster);
    const replica = start(cluster, clock, api.parts);
    await clock.advance(SECOND);
    const server = await serve(replica);
    const first = await presented(server);

    api.turn("off");
    await clock.advance(9 * MINUTE);
    expect(await presented(server)).toBe(first);
    expect(replica.managed.problems()).toEqual([]);
    await clock.advance(MINUTE);
    expect(await presented(server)).toBe(first);
    expect(replica.managed.problems()).toEqual([
      "the certificate ended on 2026-01-01T00:10:00.000Z, and there is no other one yet",
    ]);
    api.turn("on");
    await clock.advance(10 * SECOND);

    expect(await presented(server)).not.toBe(first);
    expect(replica.managed.problems()).toEqual([]);
    expect(replica.told.slice(0, 2)).toEqual(["served, ends at 00:10:00", "kept: the API server is away"]);
    expect(replica.told).toHaveLength(3);
  });

  it("survives a Secret that is edited into nonsense, says so once, and mends it", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const replica = start(cluster, clock);
    await clock.advance(SECOND);
    const server = await serve(replica);
    const first = await presented(server);

    cluster.spoilSecret({ "tls.key": "garbage" });
    await clock.advance(20 * SECOND);
    expect(await presented(server)).toBe(first);
    await clock.advance(20 * SECOND);

    expect(await presented(server)).not.toBe(first);
    expect(replica.told).toEqual([
      "served, ends at 00:10:00",
      'kept: "tls.key" of the Secret "podpecker/podpecker-tls" holds no private key; it must be PEM',
      expect.stringMatching(/^rotated/) as unknown,
    ]);
  });

  it("is not taken out of a Secret that somebody else keeps, nor put there", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const { ca, cert, key } = await createSelfSigned({ hosts: [HOST], now: new Date(START) });
    const content = { "tls.crt": cert, "tls.key": key, "ca.crt": ca };
    cluster.putSecret(content);
    const { managed, told } = start(cluster, clock);

    await clock.advance(MINUTE);
    expect(told).toEqual([expect.stringMatching(/^awaited: .*did not make; delete the Secret/) as unknown]);
    expect(cluster.stored()?.content).toBe(content);
    expect(cluster.existing().flatMap(({ bundles }) => bundles)).toEqual(["", ""]);
    cluster.putSecret(undefined);
    await clock.advance(20 * SECOND);

    expect(managed.problems()).toEqual([]);
  });

  it("reports a defect and goes on", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    let reads = 0;
    const read = (): ReturnType<typeof cluster.secret.read> => {
      reads += 1;
      return reads === 1 ? Promise.reject(new TypeError("oh")) : cluster.secret.read();
    };
    const { managed, told } = start(cluster, clock, { secret: { ...cluster.secret, read } });

    await clock.advance(SECOND);

    expect(managed.problems()).toEqual([]);
    expect(told).toEqual(["defect: TypeError: oh"]);
  });

  it("looks again when somebody empties a configuration, and no more once it is closed", async () => {
    const clock = createFakeClock(START);
    const cluster = createCluster(clock.now);
    const { managed } = start(cluster, clock);
    await clock.advance(10 * SECOND);
    const trusted = cluster.existing();

    cluster.putConfiguration("validating", [""]);
    await clock.advance(SECOND);
    expect(cluster.existing().map(({ bundles }) => bundles)).toEqual(trusted.map(({ bundles }) => bundles));
    managed.close();
    cluster.putConfiguration("validating", [""]);

    expect(clock.nextMs()).toBeUndefined();
    expect(cluster.watchers()).toBe(0);
  });
});

/** An API server that can be turned off and on. */
function createSwitch({ secret, configurations }: MemoryCluster) {
  let isOn = true;
  const guarded =
    <Words extends readonly unknown[], T>(operate: (...words: Words) => Promise<T>) =>
    (...words: Words): Promise<T> =>
      isOn ? operate(...words) : Promise.reject(new InputError(["the API server is away"]));
  return {
    turn: (to: "on" | "off"): void => {
      isOn = to === "on";
    },
    parts: {
      secret: {
        ...secret,
        read: guarded(secret.read),
        create: guarded(secret.create),
        update: guarded(secret.update),
      },
      configurations: {
        ...configurations,
        read: guarded(configurations.read),
        setBundles: guarded(configurations.setBundles),
      },
    },
  };
}

/** One call on a connection of its own, verified against this bundle by Node.js itself. */
async function call(server: Server, ca: string): Promise<number | undefined> {
  const sent = request({ host: "127.0.0.1", servername: HOST, port: portOf(server), ca, agent: false });
  sent.end();
  // The event's one argument.
  const [reply] = (await once(sent, "response")) as [IncomingMessage];
  reply.resume();
  await once(reply, "end");
  return reply.statusCode;
}
