import type { RequestListener } from "node:http";

import express, { type Router } from "express";

import type { Trail } from "../../audit/trail.ts";
import { maySeeTrail, type ReadToken } from "./audit-caller.ts";
import { readAuditQuery } from "./audit-query.ts";
import { createFailure, type Defect } from "./failure.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listener } from "./listener.ts";
import { methodNotAllowed, notFound, refusal } from "./refusal.ts";
import { createSend, type Send } from "./reply.ts";

/** What the metrics port needs to be told. */
export interface MetricsParts {
  readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly audit: {
    readonly read: Trail["read"];
    /** Absent where nobody but this machine may see it. */
    readonly readToken?: ReadToken | undefined;
  };
  readonly onDefect: (defect: Defect) => void;
  readonly lifecycle: Readonly<Lifecycle>;
}

/** What listens on the metrics port: `/metrics`, and what was decided lately at `/audit`. */
export function createMetricsApp({ render, audit, onDefect, lifecycle }: MetricsParts): RequestListener {
  const router = express.Router();
  const send = createSend(lifecycle);
  const fail = createFailure(send, onDefect);

  router.get("/metrics", async (_request, response) => {
    const { contentType, text } = await render();
    send(response, { status: 200, body: text, headers: { "Content-Type": contentType } });
  });
  addAudit(router, audit, send);
  router.all(["/metrics", "/audit"], (request, response) => {
    send(response, methodNotAllowed(request, "GET, HEAD"));
  });

  return listener(router, (error, request, response) => {
    if (error !== undefined && error !== null) fail(error, request, response);
    else send(response, notFound(request, "GET /metrics and GET /audit"));
  });
}

const FORBIDDEN =
  "the trail is shown to callers on the same machine, as by kubectl port-forward, and to those who send the token of --audit-token-file as Authorization: Bearer";

function addAudit(router: Router, { read, readToken }: MetricsParts["audit"], send: Send): void {
  const headers = { "Cache-Control": "no-store" };
  router.get("/audit", async (request, response) => {
    if (!(await maySeeTrail(request, readToken))) {
      send(response, { ...refusal(403, FORBIDDEN), headers });
      return;
    }
    const asked = readAuditQuery(request.url);
    if ("problem" in asked) send(response, refusal(400, asked.problem));
    else send(response, { status: 200, body: read(asked.query), headers });
  });
}
