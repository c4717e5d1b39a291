import type { RequestListener } from "node:http";

import express from "express";

import { createFailure, type Defect } from "./failure.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listener } from "./listener.ts";
import { methodNotAllowed, notFound } from "./refusal.ts";
import { createSend } from "./reply.ts";

/** What the metrics port needs to be told. */
export interface MetricsParts {
  readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly onDefect: (defect: Defect) => void;
  readonly lifecycle: Readonly<Lifecycle>;
}

/** What listens on the metrics port: `/metrics` and nothing else. */
export function createMetricsApp({ render, onDefect, lifecycle }: MetricsParts): RequestListener {
  const router = express.Router();
  const send = createSend(lifecycle);
  const fail = createFailure(send, onDefect);

  router.get("/metrics", async (_request, response) => {
    const { contentType, text } = await render();
    send(response, { status: 200, body: text, headers: { "Content-Type": contentType } });
  });
  router.all("/metrics", (request, response) => {
    send(response, methodNotAllowed(request, "GET, HEAD"));
  });

  return listener(router, (error, request, response) => {
    if (error !== undefined && error !== null) fail(error, request, response);
    else send(response, notFound(request, "GET /metrics"));
  });
}
