import { once } from "node:events";
import { Agent } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";

import { limits } from "#src/adapters/http/limits.ts";

import { open, record, review, startWebhook, text } from "./exchange.ts";

const short = { headersMs: 200, requestMs: 200, checkMs: 50 };

function plain(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

describe("the limits", () => {
  it("outlast the API server's patience and end everybody else's", () => {
    expect(limits.keepAliveMs).toBeGreaterThan(90_000);
    expect(limits.headersMs).toBe(32_000);
    expect(limits.requestMs).toBeGreaterThanOrEqual(limits.headersMs);
    expect(limits.stalledMs).toBeGreaterThan(30_000);
  });
});

describe("clients that take their time", () => {
  it.each([
    { title: "half a header", sent: "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-" },
    { title: "nothing at all", sent: "" },
    {
      title: "half a body",
      sent: "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
    },
  ])("$title: 408", async ({ sent }) => {
    const { port, defects } = await startWebhook({}, short);
    const socket = await open(port);

    if (sent !== "") socket.write(sent);
    const reply = await text(socket);

    expect(reply).toMatch(/^HTTP\/1\.1 408 /);
    expect(reply).toMatch(/\{"error":"[^"]+"\}$/);
    expect(defects).toEqual([]);
  });

  it("a connection that idles between two reviews may outlive the header timeout", async () => {
    const { port, web } = await startWebhook({}, short);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    await review(port, { agent });
    const slow = await open(port);
    slow.write("POST ");
    await text(slow);

    expect((await review(port, { agent })).status).toBe(200);
    expect(web.sockets.size).toBe(1);
  });

  it("a client that stops reading is cut off", async () => {
    const large = "x".repeat(1024 * 1024);
    const { port, web } = await startWebhook(
      { answer: () => ({ status: 200, body: large, record }) },
      { stalledMs: 300 },
    );
    const connected = once(web.server, "connection");
    const socket = await open(port);
    socket.on("error", () => undefined);
    // The event's one argument.
    const [ofServer] = (await connected) as [Socket];

    socket.pause();
    const one =
      "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    socket.write(one.repeat(64));
    await once(ofServer, "close");

    await expect.poll(() => web.sockets.size).toBe(0);
    expect((await review(port)).status).toBe(200);
  });

  it("a client that never begins its handshake is cut off", async () => {
    const { port, web } = await startWebhook({}, { handshakeMs: 100 });
    const socket = plain(port);
    socket.resume();

    await once(socket, "close");

    await expect.poll(() => web.sockets.size).toBe(0);
  });
});

describe("clients that speak something else", () => {
  it.each([
    { title: "plain HTTP", sent: "GET / HTTP/1.1\r\nHost: x\r\n\r\n" },
    { title: "garbage that begins like TLS", sent: "\u0016\u0003garbage\u0000".repeat(100) },
  ])("$title is closed", async ({ sent }) => {
    const { port } = await startWebhook();
    const socket = plain(port);
    socket.on("error", () => undefined);

    socket.write(sent);
    socket.resume();
    await once(socket, "close");

    expect((await review(port)).status).toBe(200);
  });

  it("TLS 1.1 is refused, 1.2 served, 1.3 preferred", async () => {
    const { port } = await startWebhook();
    const old = connectTls({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    await expect(once(old, "secureConnect")).rejects.toMatchObject({
      code: expect.stringContaining("PROTOCOL_VERSION") as unknown,
    });

    expect((await open(port, { maxVersion: "TLSv1.2" })).getProtocol()).toBe("TLSv1.2");
    expect((await open(port)).getProtocol()).toBe("TLSv1.3");
  });
});
