import { once } from "node:events";
import { Agent } from "node:https";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";

import { drain } from "#src/adapters/http/drain.ts";

import { call, open, review, startWebhook, text } from "./exchange.ts";

const half =
  "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{";

describe("a graceful stop", () => {
  it("finishes the request that runs, closes idle connections and refuses new ones", async () => {
    const { web, port, lifecycle } = await startWebhook();
    const idle = await open(port);
    idle.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(idle, "data");
    const busy = await open(port);
    const arrived = once(web.server, "request");
    busy.write(half);
    await arrived;

    const drained = drain(web, lifecycle, { graceMs: 20_000 });
    idle.resume();
    await once(idle, "close");
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    busy.write("}");

    expect(await text(busy)).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close[^]*\{"allowed":true\}$/);
    await drained;
    await expect.poll(() => web.sockets.size).toBe(0);
  });

  it("is unready and asks connections to close while the endpoints forget it", async () => {
    const { web, port, lifecycle } = await startWebhook();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    expect((await review(port, { agent })).headers.connection).toBe("keep-alive");

    const drained = drain(web, lifecycle, { delayMs: 300, graceMs: 20_000 });
    const [ready, served] = [await call(port, { path: "/readyz", agent }), await review(port, { agent })];

    expect(ready).toMatchObject({ status: 503, body: `{"ready":false,"missing":["shutting down"]}` });
    expect(ready.headers.connection).toBe("close");
    expect(served).toMatchObject({ status: 200, headers: { connection: "close" } });
    await drained;
  });

  it("does not wait beyond its grace for half a request or half a handshake", async () => {
    const { web, port, lifecycle } = await startWebhook();
    const busy = await open(port);
    busy.on("error", () => undefined);
    const arrived = once(web.server, "request");
    busy.write(half);
    await arrived;
    const handshaking = connect(port, "127.0.0.1");
    handshaking.on("error", () => undefined);
    await once(web.server, "connection");

    await drain(web, lifecycle, { graceMs: 200 });

    await expect.poll(() => web.sockets.size).toBe(0);
  });

  it("does not wait its whole grace for a connection that was never used", async () => {
    const { web, port, lifecycle } = await startWebhook();
    const accepted = once(web.server, "secureConnection");
    const unused = await open(port);
    unused.on("error", () => undefined);
    await accepted;

    const start = performance.now();
    await drain(web, lifecycle, { graceMs: 20_000 });

    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("of a server that does not listen is done at once", async () => {
    const { web, lifecycle } = await startWebhook();

    await drain(web, lifecycle, { graceMs: 1_000 });
    await drain(web, lifecycle, { graceMs: 1_000 });

    expect(lifecycle.draining).toBe(true);
  });
});
