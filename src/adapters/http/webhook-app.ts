import type { IncomingMessage, RequestListener } from "node:http";

import express, { type RequestHandler, type Router } from "express";

import type { Answer, PolicyReviewRecord, ReviewRecord, ValidationRecord } from "../../admission/answer.ts";
import { createFailure, type Defect } from "./failure.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listener } from "./listener.ts";
import { MAX_BODY, methodNotAllowed, notFound, notJson, notReady } from "./refusal.ts";
import { createSend, type Send } from "./reply.ts";

/** How the reviews of one path are answered. */
export interface Reviewing<Recorded> {
  readonly answer: (body: Buffer) => Answer<Recorded>;
  /** Called after the reply is on its way, once a review. */
  readonly observe: (answer: Answer<Recorded>, durationMs: number) => void;
}

/** What the webhook's HTTP side needs to be told: how Pods are answered, how policies are, and of its own life. */
export interface WebhookParts extends Reviewing<ReviewRecord> {
  /** Pods that are judged and not changed any more. */
  readonly validations: Reviewing<ValidationRecord>;
  readonly policies: Reviewing<PolicyReviewRecord>;
  /** What is missing before reviews can be answered; empty when ready. */
  readonly readiness: () => readonly string[];
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly onDefect: (defect: Defect) => void;
  readonly lifecycle: Readonly<Lifecycle>;
}

const NOTHING = Buffer.alloc(0);
const REVIEWS = ["/mutate", "/validate-pod", "/validate-policy"];
const KNOWN = `${REVIEWS.map((path) => `POST ${path}`).join(", ")}, GET /healthz and GET /readyz`;

/** What listens on the webhook's port: reviews of Pods at `/mutate` and `/validate-pod`, of policies at `/validate-policy`, probes at `/healthz` and `/readyz`. */
export function createWebhookApp(parts: WebhookParts): RequestListener {
  const router = express.Router();
  const send = createSend(parts.lifecycle);
  const fail = createFailure(send, parts.onDefect);

  const body = express.raw({ limit: MAX_BODY, inflate: false, type: isJson });
  router.post("/mutate", whenReady(parts, send), body, review(parts, parts.now, send));
  router.post("/validate-pod", whenReady(parts, send), body, review(parts.validations, parts.now, send));
  router.post("/validate-policy", body, review(parts.policies, parts.now, send));
  router.all(REVIEWS, (request, response) => {
    send(response, methodNotAllowed(request, "POST"));
  });
  addProbes(router, parts, send);

  return listener(router, (error, request, response) => {
    if (error !== undefined && error !== null) fail(error, request, response);
    else send(response, notFound(request, KNOWN));
  });
}

/** Without its policies it would let every Pod pass: better no answer, so that the caller's failurePolicy decides. */
function whenReady({ readiness }: WebhookParts, send: Send): RequestHandler {
  return (_request, response, next) => {
    const missing = readiness();
    if (missing.length === 0) next();
    else send(response, notReady(missing));
  };
}

// The duration is that of the decision: from the whole body being there to the whole reply being ready.
function review<Recorded>(
  { answer, observe }: Reviewing<Recorded>,
  now: () => number,
  send: Send,
): RequestHandler {
  return (request, response) => {
    if (!isJson(request)) {
      send(response, notJson(request));
      return;
    }
    // express.raw leaves the body undefined where none was sent.
    const body: unknown = request.body;
    const start = now();
    const answered = answer(Buffer.isBuffer(body) ? body : NOTHING);
    const durationMs = now() - start;
    send(response, { status: answered.status, body: answered.body });
    observe(answered, durationMs);
  };
}

function addProbes(router: Router, parts: WebhookParts, send: Send): void {
  router.get("/healthz", (_request, response) => {
    send(response, { status: 200, body: `{"alive":true}` });
  });
  router.get("/readyz", (_request, response) => {
    const missing = [...parts.readiness(), ...(parts.lifecycle.draining ? ["shutting down"] : [])];
    const ready = missing.length === 0;
    send(response, { status: ready ? 200 : 503, body: JSON.stringify({ ready, missing }) });
  });
  router.all(["/healthz", "/readyz"], (request, response) => {
    send(response, methodNotAllowed(request, "GET, HEAD"));
  });
}

// Parameters of the type (charset) say nothing about JSON: https://www.rfc-editor.org/rfc/rfc8259#section-11
function isJson(request: IncomingMessage): boolean {
  const type = request.headers["content-type"];
  return type === "application/json" || type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
