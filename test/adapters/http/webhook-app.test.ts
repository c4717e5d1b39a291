import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

import { MAX_BODY } from "#src/adapters/http/refusal.ts";

import {
  call,
  open,
  policyRecord,
  record,
  type Reply,
  review,
  startWebhook,
  text,
  validationRecord,
} from "./exchange.ts";

const MIB = 1024 * 1024;
const head = (length: number): string =>
  `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

function errorOf(reply: Reply): string {
  expect(reply.headers["content-type"]).toBe("application/json");
  const parsed = JSON.parse(reply.body) as { error: string };
  expect(Object.keys(parsed)).toEqual(["error"]);
  expect(parsed.error).not.toMatch(/node_modules|\bat \S+:\d+/);
  return parsed.error;
}

describe("a review", () => {
  it("is answered with what the core says, and observed with the time it took", async () => {
    const bodies: string[] = [];
    let clock = 0;
    const { port, observed } = await startWebhook({
      answer: (body) => {
        bodies.push(body.toString());
        return { status: 200, body: `{"ä":1}`, record };
      },
      now: () => (clock += 5),
    });

    const reply = await review(port, { body: `{"b":2}` });

    expect(bodies).toEqual([`{"b":2}`]);
    expect(reply).toMatchObject({ status: 200, body: `{"ä":1}` });
    expect(reply.headers).toMatchObject({ "content-type": "application/json", "content-length": "8" });
    expect(reply.headers["x-powered-by"]).toBeUndefined();
    expect(reply.headers.etag).toBeUndefined();
    expect(observed).toEqual([[{ status: 200, body: `{"ä":1}`, record }, 5]]);
  });

  it("of a Pod is not answered before all is there to decide by, one of a policy is", async () => {
    const { port, observed } = await startWebhook({ readiness: () => ["no policies yet"] });

    const reply = await review(port, { body: "{}" });

    expect(reply).toMatchObject({ status: 503 });
    expect(errorOf(reply)).toBe("no Pod can be decided about yet: no policies yet");
    expect(observed).toEqual([]);
    expect(await review(port, { path: "/validate-pod", body: "{}" })).toMatchObject({ status: 503 });
    expect(await review(port, { path: "/validate-policy", body: "{}" })).toMatchObject({ status: 200 });
  });

  it("is on its way whole before anybody observes it", async () => {
    const written = (): number => [...web.sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    const writtenBefore: number[] = [];
    const { port, web } = await startWebhook({
      answer: () => {
        writtenBefore.push(written());
        return { status: 200, body: " ".repeat(10_000), record };
      },
      observe: () => void writtenBefore.push(written()),
    });

    await review(port);

    const [atAnswer = 0, atObservation = 0] = writtenBefore;
    expect(atObservation - atAnswer).toBeGreaterThan(10_000);
  });

  it("keeps the status that the core chose", async () => {
    const { port } = await startWebhook({ answer: () => ({ status: 400, body: `{"error":"no"}`, record }) });

    expect(await review(port, { body: "{" })).toMatchObject({ status: 400, body: `{"error":"no"}` });
  });

  it("may be as large as the limit", async () => {
    const { port } = await startWebhook({
      answer: ({ length }) => ({ status: 200, body: String(length), record }),
    });

    expect((await review(port, { body: Buffer.alloc(MAX_BODY, " ") })).body).toBe(String(MAX_BODY));
  });

  it("may name a charset, and be empty, which the core is to judge", async () => {
    const { port } = await startWebhook({
      answer: (body) => ({ status: 400, body: `${body.length}`, record }),
    });
    const headers = { "Content-Type": "Application/JSON; charset=utf-8" };

    expect((await review(port, { headers, body: "" })).body).toBe("0");
    expect((await review(port, { headers, body: "[]" })).body).toBe("2");
  });
});

describe("a review of a Pod that is not changed any more", () => {
  const path = "/validate-pod?timeout=5s";

  it("is answered and observed apart from the others", async () => {
    const { port, observed, validationsObserved, policiesObserved } = await startWebhook({ now: () => 0 });

    expect(await review(port, { path, body: "{}" })).toMatchObject({ status: 200 });
    expect(validationsObserved).toMatchObject([[{ record: validationRecord }, 0]]);
    expect([...observed, ...policiesObserved]).toEqual([]);
  });

  it.each([
    { title: "8 MiB", sent: { body: Buffer.alloc(8 * MIB, " ") }, status: 413, error: /larger than 7340032/ },
    { title: "YAML", sent: { headers: { "Content-Type": "text/yaml" } }, status: 415, error: /"text\/yaml"/ },
    { title: "a wrong method", sent: { method: "GET" }, status: 405, error: /"GET".*pod.*send POST/ },
  ])("is refused where it is $title: $status", async ({ sent, status, error }) => {
    const { port, validationsObserved } = await startWebhook();

    const reply = await review(port, { path, ...sent });

    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toMatch(error);
    expect(validationsObserved).toEqual([]);
  });
});

describe("a review of a policy", () => {
  const path = "/validate-policy?timeout=10s";

  it("is answered and observed apart from those of Pods", async () => {
    const bodies: string[] = [];
    const told: unknown[] = [];
    let clock = 0;
    const { port, observed } = await startWebhook({
      answer: () => {
        throw new Error("asked about a Pod");
      },
      policies: {
        answer: (body) => {
          bodies.push(body.toString());
          return { status: 200, body: `{"c":3}`, record: policyRecord };
        },
        observe: (...seen) => told.push(seen),
      },
      now: () => (clock += 5),
    });

    const reply = await review(port, { path, body: `{"b":2}` });

    expect(bodies).toEqual([`{"b":2}`]);
    expect(reply).toMatchObject({ status: 200, body: `{"c":3}` });
    expect(told).toMatchObject([[{ record: policyRecord }, 5]]);
    expect(observed).toEqual([]);
  });

  it.each([
    { title: "8 MiB", sent: { body: Buffer.alloc(8 * MIB, " ") }, status: 413, error: /larger than 7340032/ },
    { title: "YAML", sent: { headers: { "Content-Type": "text/yaml" } }, status: 415, error: /"text\/yaml"/ },
    { title: "a wrong method", sent: { method: "PUT" }, status: 405, error: /"PUT".*policy.*send POST/ },
  ])("is refused where it is $title: $status", async ({ sent, status, error }) => {
    const { port, policiesObserved } = await startWebhook();

    const reply = await review(port, { path, ...sent });

    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toMatch(error);
    expect(policiesObserved).toEqual([]);
    expect((await review(port, { path })).status).toBe(200);
    expect(policiesObserved).toHaveLength(1);
  });

  it("in which we fail is a 500 with a report that names it", async () => {
    const { port, defects, policiesObserved } = await startWebhook({
      policies: {
        answer: () => {
          throw new TypeError("secret internals");
        },
        observe: () => undefined,
      },
    });

    const reply = await review(port, { path });

    expect(reply.status).toBe(500);
    expect(errorOf(reply)).not.toContain("secret internals");
    expect(defects).toEqual([{ error: new TypeError("secret internals"), uid: "u1", path }]);
    expect(policiesObserved).toEqual([]);
  });
});

describe("what is refused", () => {
  it.each([
    {
      title: "8 MiB",
      sent: { body: Buffer.alloc(8 * MIB, " ") },
      status: 413,
      error: /larger than 7340032 bytes/,
    },
    {
      title: "8 MiB without a length",
      sent: { body: Buffer.alloc(8 * MIB, " "), headers: { "Transfer-Encoding": "chunked" } },
      status: 413,
      error: /larger than 7340032 bytes/,
    },
    {
      title: "a wrong content type",
      sent: { headers: { "Content-Type": "text/yaml" } },
      status: 415,
      error: /"text\/yaml".*"application\/json"/,
    },
    {
      title: "a content type that begins alike",
      sent: { headers: { "Content-Type": "application/json-patch+json" } },
      status: 415,
      error: /json-patch/,
    },
    {
      title: "gzip",
      sent: { body: gzipSync("{}"), headers: { "Content-Encoding": "gzip" } },
      status: 415,
      error: /Content-Encoding is "gzip".*uncompressed/,
    },
    { title: "a wrong method", sent: { method: "PUT" }, status: 405, error: /"PUT".*send POST/ },
    { title: "GET", sent: { method: "GET", body: "" }, status: 405, error: /send POST/ },
    { title: "OPTIONS", sent: { method: "OPTIONS", body: "" }, status: 405, error: /send POST/ },
    {
      title: "an unknown path",
      sent: { path: "/nope" },
      status: 404,
      error: /"\/nope".*POST \/mutate, POST \/validate-pod, POST \/validate-policy/,
    },
    { title: "a path that is no URL", sent: { path: "http://[" }, status: 404, error: /nothing at/ },
    { title: "a path with a bad escape", sent: { path: "/%E0%A4%A" }, status: 404, error: /nothing at/ },
    { title: "a very long path", sent: { path: `/${"x".repeat(5000)}` }, status: 404, error: /^.{0,250}$/ },
    {
      title: "too many header fields",
      sent: { headers: { Filler: "x".repeat(17_000) } },
      status: 431,
      error: /header fields are too large/,
    },
  ])("$title: $status", async ({ sent, status, error }) => {
    const { port, observed, defects } = await startWebhook();

    const reply = await review(port, sent);

    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toMatch(error);
    expect([observed, defects]).toEqual([[], []]);
    expect((await review(port)).status).toBe(200);
  });

  it("a method that is not served names those that are", async () => {
    const { port } = await startWebhook();

    expect((await review(port, { method: "PATCH" })).headers.allow).toBe("POST");
    expect((await call(port, { method: "DELETE", path: "/readyz" })).headers.allow).toBe("GET, HEAD");
  });

  it("a body without a content type", async () => {
    const { port } = await startWebhook();

    const reply = await call(port, { method: "POST", path: "/mutate", body: "{}" });

    expect(reply.status).toBe(415);
    expect(errorOf(reply)).toMatch(/missing/);
  });

  it.each([
    { title: "a body that ends early", sent: `${head(100)}{"a"`, status: "400 Bad Request" },
    { title: "what is not HTTP", sent: "\u0000\u0001nonsense\r\n\r\n", status: "400 Bad Request" },
    {
      title: "two lengths",
      sent: head(1).replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n{"),
      status: "400 Bad Request",
    },
  ])("$title: $status", async ({ sent, status }) => {
    const { port, defects } = await startWebhook();
    const socket = await open(port);

    socket.end(sent);
    const [answerHead = "", body = ""] = (await text(socket)).split("\r\n\r\n");

    expect(answerHead).toContain(`HTTP/1.1 ${status}`);
    expect(answerHead).toContain("Content-Type: application/json");
    expect(Object.keys(JSON.parse(body) as object)).toEqual(["error"]);
    expect(defects).toEqual([]);
    expect((await review(port)).status).toBe(200);
  });

  it("a client that aborts in the middle of its body is forgotten", async () => {
    const { port, web, defects, observed } = await startWebhook();
    const socket = await open(port);
    const arrived = once(web.server, "request");
    socket.write(`${head(100)}{"a"`);
    await arrived;
    const [ofServer] = [...web.sockets];

    socket.destroy();
    if (ofServer?.destroyed === false) await once(ofServer, "close");

    expect([defects, observed]).toEqual([[], []]);
    expect((await review(port)).status).toBe(200);
  });
});

describe("a defect", () => {
  it("is a 500 with a report that names the review, and the process goes on", async () => {
    let broken = true;
    const { port, defects, observed } = await startWebhook({
      answer: () => {
        if (broken) throw new TypeError("secret internals");
        return { status: 200, body: "{}", record };
      },
    });

    const reply = await review(port, {
      body: `{"kind":"AdmissionReview","request":{"uid": "705ab4f5-6393"}}`,
    });
    broken = false;

    expect(reply.status).toBe(500);
    expect(errorOf(reply)).not.toContain("secret internals");
    expect(defects).toEqual([
      { error: new TypeError("secret internals"), uid: "705ab4f5-6393", path: "/mutate?timeout=10s" },
    ]);
    expect(observed).toEqual([]);
    expect((await review(port)).status).toBe(200);
  });

  it("in the observer costs nobody an answer", async () => {
    const { port, defects } = await startWebhook({
      observe: () => {
        throw new Error("log is full");
      },
    });

    expect((await review(port)).status).toBe(200);
    expect(defects).toEqual([{ error: new Error("log is full"), uid: "u1", path: "/mutate?timeout=10s" }]);
  });

  it.each([
    { title: "late", body: `${" ".repeat(5000)}"uid":"late"` },
    { title: "endless", body: `"uid":"${"a".repeat(500)}"` },
    { title: "strange", body: `"uid":"<script>"` },
  ])("has no uid where it is $title", async ({ body }) => {
    const { port, defects } = await startWebhook({
      answer: () => {
        throw new Error("x");
      },
    });

    await review(port, { body });

    expect(defects.map(({ uid }) => uid)).toEqual([""]);
  });
});

describe("probes", () => {
  it("say alive, and ready or what is missing", async () => {
    const missing: string[] = ["no policies are loaded"];
    const { port, lifecycle } = await startWebhook({ readiness: () => missing });

    expect(await call(port, { path: "/healthz" })).toMatchObject({ status: 200, body: `{"alive":true}` });
    expect(await call(port, { path: "/readyz" })).toMatchObject({
      status: 503,
      body: `{"ready":false,"missing":["no policies are loaded"]}`,
    });
    missing.pop();
    expect(await call(port, { path: "/readyz?verbose" })).toMatchObject({
      status: 200,
      body: `{"ready":true,"missing":[]}`,
    });
    expect(await call(port, { path: "/readyz", method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    lifecycle.draining = true;
    expect(await call(port, { path: "/readyz" })).toMatchObject({ status: 503 });
    expect(await call(port, { path: "/healthz" })).toMatchObject({ status: 200 });
  });
});
