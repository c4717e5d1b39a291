import { once } from "node:events";
import { Agent, createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import type { IncomingMessage } from "node:http";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";

import type { CertificateError } from "#src/adapters/tls/certificate-error.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import type { Certificate } from "#src/adapters/tls/parse-certificate.ts";
import { readCertificate } from "#src/adapters/tls/read-certificate.ts";
import { createRotation } from "#src/adapters/tls/rotation.ts";
import { secureContext } from "#src/adapters/tls/secure-context.ts";
import { writeCertificates } from "#src/adapters/tls/write-certificates.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

const [old, young] = await Promise.all([
  createSelfSigned({ hosts: ["localhost"] }),
  createSelfSigned({ hosts: ["localhost"] }),
]);
const ca = [old.ca, young.ca];

async function start() {
  const dir = await temporaryDirectory();
  const files = await writeCertificates(dir, old);
  const read = (): Promise<Certificate> => readCertificate(files.cert, files.key);
  const serving = await read();
  const server = createServer(secureContext(serving), (_request, response) => response.end("ok"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });

  const events: string[] = [];
  const rotate = createRotation(server, {
    serving,
    read,
    onRotated: ({ fingerprint }) => events.push(`rotated ${fingerprint}`),
    onKept: ({ message }) => events.push(`kept: ${message}`),
  });
  // Neither a pipe nor closed.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    rotate,
    events,
    serving,
    read,
    write: (pems: typeof old) => writeCertificates(dir, pems, { overwrite: true }),
  };
}

async function call(port: number, agent: Agent): Promise<number | undefined> {
  // The event's one argument.
  const [reply] = (await once(get({ host: "localhost", port, agent, ca }), "response")) as [IncomingMessage];
  reply.resume();
  await once(reply, "end");
  return reply.statusCode;
}

async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ host: "localhost", port, ca, servername: "localhost" });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

describe("rotation", () => {
  it("fails no call on a connection that is open, and new ones see the new certificate", async () => {
    const { port, rotate, events, serving, read, write } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    const statuses: (number | undefined)[] = [];
    const stop = new AbortController();
    const hammer = (async () => {
      while (!stop.signal.aborted) statuses.push(await call(port, agent));
    })();
    expect(await fingerprintAt(port)).toBe(serving.fingerprint);

    await write(young);
    await rotate();
    const { fingerprint } = await read();

    expect(await fingerprintAt(port)).toBe(fingerprint);
    expect(fingerprint).not.toBe(serving.fingerprint);
    const before = statuses.length;
    await expect.poll(() => statuses.length).toBeGreaterThan(before + 10);
    stop.abort();
    await hammer;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(events).toEqual([`rotated ${fingerprint}`]);
  });

  it("keeps the old certificate when the new pair is bad, until it is mended", async () => {
    const { port, rotate, events, serving, write } = await start();

    await write({ ...young, key: old.key });
    await rotate();
    expect(await fingerprintAt(port)).toBe(serving.fingerprint);
    await write(young);
    await rotate();

    expect(await fingerprintAt(port)).not.toBe(serving.fingerprint);
    expect(events).toEqual([
      expect.stringMatching(/^kept: .*is not the key/) as unknown,
      expect.stringMatching(/^rotated/) as unknown,
    ]);
  });

  it("does nothing when the pair is the same", async () => {
    const { rotate, events } = await start();

    await rotate();

    expect(events).toEqual([]);
  });

  it("goes on refusing TLS 1.1", async () => {
    const { port, rotate, write } = await start();
    await write(young);
    await rotate();

    const client = connect({
      host: "localhost",
      port,
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });

    await expect(once(client, "secureConnect")).rejects.toMatchObject({
      code: expect.stringContaining("PROTOCOL_VERSION") as unknown,
    });
  });

  it("lets through what no certificate is to blame for", async () => {
    const { serving } = await start();
    const server = createServer(secureContext(serving));
    const onKept = (error: CertificateError): never => {
      throw error;
    };
    const rotate = createRotation(server, {
      serving,
      read: () => Promise.reject(new TypeError("defect")),
      onRotated: () => undefined,
      onKept,
    });

    await expect(rotate()).rejects.toThrow(TypeError);
  });
});
