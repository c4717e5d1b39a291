import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { networkInterfaces } from "node:os";
import { onTestFinished, describe, expect, it } from "vitest";

import type { Defect } from "#src/adapters/http/failure.ts";
import { listen } from "#src/adapters/http/listen.ts";
import { createMetricsApp, type MetricsParts } from "#src/adapters/http/metrics-app.ts";
import { createPlainWebServer } from "#src/adapters/http/web-server.ts";

const nothing: MetricsParts["render"] = () => Promise.resolve({ contentType: "text/plain", text: "" });

async function start(render: MetricsParts["render"], audit: Partial<MetricsParts["audit"]> = {}) {
  const defects: Defect[] = [];
  const onDefect = (defect: Defect) => defects.push(defect);
  const { server } = createPlainWebServer(
    createMetricsApp({
      render,
      audit: { read: () => "{}", ...audit },
      onDefect,
      lifecycle: { draining: false },
    }),
  );
  const { port } = await listen(server, { host: "0.0.0.0", port: 0 });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port, url: `http://127.0.0.1:${port}`, defects };
}

describe("the metrics port", () => {
  it("serves what it is given, in its own type", async () => {
    const { url } = await start(() =>
      Promise.resolve({ contentType: "text/plain; version=0.0.4", text: "up 1\n" }),
    );

    const reply = await fetch(`${url}/metrics`);

    expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await reply.text()).toBe("up 1\n");
  });

  it.each([
    { path: "/", method: "GET", status: 404 },
    { path: "/metrics", method: "POST", status: 405 },
  ])("$method $path: $status", async ({ path, method, status }) => {
    const { url } = await start(() => Promise.resolve({ contentType: "text/plain", text: "" }));

    const reply = await fetch(url + path, { method });

    expect(reply.status).toBe(status);
    expect(await reply.json()).toEqual({ error: expect.any(String) as unknown });
  });

  it("answers 500 and reports when rendering fails", async () => {
    const { url, defects } = await start(() => Promise.reject(new Error("broken")));

    const reply = await fetch(`${url}/metrics`);

    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toContain("broken");
    expect(defects).toEqual([{ error: new Error("broken"), uid: "", path: "/metrics" }]);
  });
});

describe("the audit trail", () => {
  const TOKEN = "0123456789abcdef";

  it("is shown to callers on this machine, as they ask for it", async () => {
    const queries: unknown[] = [];
    const { url } = await start(nothing, { read: (query) => `{"entries":[${queries.push(query)}]}` });

    const reply = await fetch(`${url}/audit?limit=5&policy=podpecker/acme&namespace=ci&outcome=refused`);

    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(await reply.json()).toEqual({ entries: [1] });
    expect(queries).toEqual([{ limit: 5, policy: "podpecker/acme", namespace: "ci", outcome: "refused" }]);
  });

  it.each([
    { query: "limit=0", error: /limit is "0"; it must be a number from 1 to 1000/ },
    { query: "limit=1e3", error: /a number from 1 to 1000/ },
    { query: "limit=1001", error: /a number from 1 to 1000/ },
    { query: "outcome=denied", error: /outcome is "denied"; it must be one of decided, malformed, refused/ },
    { query: "polcy=a", error: /"polcy" is no parameter; known are limit, policy, namespace, outcome/ },
    { query: "limit=1&limit=2", error: /limit is given twice/ },
  ])("is not shown where ?$query makes no sense", async ({ query, error }) => {
    const { url } = await start(nothing);

    const reply = await fetch(`${url}/audit?${query}`);

    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({ error: expect.stringMatching(error) as unknown });
  });

  it("is read, not written", async () => {
    const { url } = await start(nothing);

    expect((await fetch(`${url}/audit`, { method: "DELETE" })).status).toBe(405);
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal)?.address;

  it.runIf(outside !== undefined)("is not shown to callers from elsewhere, metrics are", async () => {
    const { port } = await start(nothing);
    const url = `http://${outside ?? ""}:${port}`;

    const reply = await fetch(`${url}/audit`);

    expect(reply.status).toBe(403);
    expect(await reply.json()).toEqual({
      error: expect.stringMatching(/port-forward.*--audit-token-file.*Authorization: Bearer/) as unknown,
    });
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  it.each([
    { about: "a name that leads here", headers: { Host: "evil.example.com" } },
    { about: "the Pod's address, as through the sidecar of a mesh", headers: { Host: "10.1.2.3:8080" } },
    { about: "a proxy", headers: { "X-Forwarded-For": "10.1.2.3" } },
    { about: "another proxy", headers: { Forwarded: "for=10.1.2.3" } },
    {
      about: "a wrong token and a proxy",
      headers: { Via: "1.1 x", Authorization: "Bearer 0123456789abcdeX" },
    },
    { about: "another scheme and a proxy", headers: { Via: "1.1 x", Authorization: `Basic ${TOKEN}` } },
  ])("is not shown to callers by $about", async ({ headers }) => {
    const { port } = await start(nothing, { readToken: () => Promise.resolve(TOKEN) });

    expect(await statusOf(port, headers)).toBe(403);
  });

  it("is shown to whoever has the token that there is now", async () => {
    let token: string | undefined = TOKEN;
    const { port } = await start(nothing, { readToken: () => Promise.resolve(token) });
    const headers = { Host: "podpecker.podpecker.svc:8080", Authorization: `Bearer ${TOKEN}` };

    expect(await statusOf(port, headers)).toBe(200);
    token = "fedcba9876543210";
    expect(await statusOf(port, headers)).toBe(403);
    token = undefined;
    expect(await statusOf(port, headers)).toBe(403);
  });

  it("is not shown to whoever has a token where there is none", async () => {
    const { port } = await start(nothing);

    expect(await statusOf(port, { Host: "x", Authorization: `Bearer ${TOKEN}` })).toBe(403);
  });
});

/** fetch has its own mind about some headers. */
async function statusOf(
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const sent = request({ host: "127.0.0.1", port, path: "/audit", headers, agent: false });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
