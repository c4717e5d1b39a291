import type { IncomingMessage, ServerResponse } from "node:http";

import { refusal, unreadable } from "./refusal.ts";
import type { Send } from "./reply.ts";

/** A failure of our own, with what is needed to find the review that caused it. */
export interface Defect {
  readonly error: unknown;
  /** The review's uid, "" where it could not be found. */
  readonly uid: string;
  readonly path: string;
}

// The API server writes kind, apiVersion and then request.uid, all in the first 150 bytes.
const UID_WITHIN = 1024;

/** Makes the last stop of an app's errors: a refusal where the caller can mend it, else 500 and one report. */
export function createFailure(send: Send, onDefect: (defect: Defect) => void) {
  return (error: unknown, request: IncomingMessage, response: ServerResponse): void => {
    const reply = unreadable(error, request);
    if (reply === undefined) onDefect({ error, uid: uidOf(request), path: pathOf(request) });
    if (response.headersSent || response.destroyed) return;
    send(response, reply ?? refusal(500, "an error inside Podpecker; its log names this review by uid"));
  };
}

function uidOf(request: IncomingMessage): string {
  const body = "body" in request ? request.body : undefined;
  if (!Buffer.isBuffer(body)) return "";
  const head = body.toString("latin1", 0, UID_WITHIN);
  return /"uid"\s{0,8}:\s{0,8}"([0-9A-Za-z-]{1,64})"/.exec(head)?.[1] ?? "";
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "").slice(0, 100);
