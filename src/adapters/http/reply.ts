import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

import type { Lifecycle } from "./lifecycle.ts";

/** Everything a caller gets to see of one exchange. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** Sends one reply whole; JSON, unless its headers say otherwise. */
export type Send = (response: ServerResponse, reply: Reply) => void;

/** Makes the one function through which an app answers, so that a draining process says `Connection: close`. */
export function createSend(lifecycle: Readonly<Lifecycle>): Send {
  return (response, { status, body, headers }) => {
    if (lifecycle.draining) response.shouldKeepAlive = false;
    response.writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      ...headers,
    });
    // One string after writeHead goes out with the head, in one TLS record.
    response.end(body);
  };
}
