import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import type { Lifecycle } from "./lifecycle.ts";
import type { WebServer } from "./web-server.ts";

/** How much time a graceful stop gives, in milliseconds. */
export interface Patience {
  /** Serving on while the endpoints of the Service forget this replica. */
  readonly delayMs?: number;
  /** After that, the longest wait for requests that still run. */
  readonly graceMs: number;
}

// A connection may be new because its first request is on the way; Go's server gives it 5 s for the same reason:
// https://github.com/golang/go/blob/go1.24.0/src/net/http/server.go#L3167
const FIRST_REQUEST_WITHIN = 1_000;

/** Stops a server without failing a call: unready, then closed to new connections; resolves when the last is gone. */
export async function drain(web: WebServer, lifecycle: Lifecycle, patience: Patience): Promise<void> {
  const { server, sockets, unused } = web;
  const { delayMs = 0, graceMs } = patience;
  lifecycle.draining = true;
  if (!server.listening) return;
  if (delayMs > 0) await sleep(delayMs);

  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timers = [
    setTimeout(destroyAll, Math.min(FIRST_REQUEST_WITHIN, graceMs), unused),
    // Not closeAllConnections: it does not know those in the middle of a TLS handshake.
    setTimeout(destroyAll, graceMs, sockets),
  ];
  await closed;
  timers.forEach(clearTimeout);
}

function destroyAll(sockets: WebServer["sockets"]): void {
  for (const socket of sockets) socket.destroy();
}
