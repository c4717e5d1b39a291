import { createServer, type RequestListener, type Server as PlainServer } from "node:http";
import { createServer as createSecureServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";

import { answerClientError } from "./client-error.ts";
import { type Limits, limits as ofTheApiServer } from "./limits.ts";

/** A server together with what Node does not tell about it and draining must know. */
export interface WebServer<Server extends PlainServer | TlsServer = PlainServer | TlsServer> {
  readonly server: Server;
  /** Every open connection, those in the middle of a TLS handshake included. */
  readonly sockets: ReadonlySet<Socket>;
  /** Those that never sent a request; Node does not count them as idle. */
  readonly unused: ReadonlySet<Socket>;
}

/** What a TLS server cannot do without; the lowest version is asked for so that it cannot be forgotten. */
export type Secure = Required<Pick<SecureContextOptions, "cert" | "key" | "minVersion">>;

/** A server for the metrics port. */
export function createPlainWebServer(app: RequestListener, limits = ofTheApiServer): WebServer<PlainServer> {
  return guarded(createServer(serverOptions(limits), app), limits);
}

/** A server for the webhook's port. */
export function createTlsWebServer(
  app: RequestListener,
  secure: Secure,
  limits = ofTheApiServer,
): WebServer<TlsServer> {
  const { handshakeMs: handshakeTimeout } = limits;
  return guarded(createSecureServer({ ...serverOptions(limits), ...secure, handshakeTimeout }, app), limits);
}

const serverOptions = (limits: Limits) => ({
  keepAliveTimeout: limits.keepAliveMs,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: limits.checkMs,
  maxHeaderSize: limits.headerBytes,
});

function guarded<Server extends PlainServer | TlsServer>(server: Server, limits: Limits): WebServer<Server> {
  const sockets = new Set<Socket>();
  const unused = new Set<Socket>();
  const enter = (set: Set<Socket>) => (socket: Socket) => {
    set.add(socket);
    socket.once("close", () => set.delete(socket));
  };

  server.timeout = limits.stalledMs;
  server.on("clientError", answerClientError);
  server.on("connection", enter(sockets));
  // Requests come with the socket of the topmost layer, which is what must be told apart.
  server.on("setSecureContext" in server ? "secureConnection" : "connection", enter(unused));
  server.on("request", (request) => unused.delete(request.socket));
  return { server, sockets, unused };
}
