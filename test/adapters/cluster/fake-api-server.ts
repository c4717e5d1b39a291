import { once } from "node:events";
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

import { createQueue } from "./queue.ts";

/** One request as it came, to be answered whenever the test sees fit, or never. */
export interface Exchange {
  /** Method and path. */
  readonly asked: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  readonly reply: (status: number, body: unknown, headers?: Readonly<Record<string, string[]>>) => void;
  /** Begins a stream, which goes on until the test ends it. */
  readonly stream: () => Stream;
  /** Cuts the connection without a word. */
  readonly cut: () => void;
  /** Resolves when the client has hung up, or has got its answer. */
  readonly gone: Promise<unknown>;
}

/** Lines that go out at once. */
export interface Stream {
  readonly send: (...events: readonly unknown[]) => void;
  readonly write: (part: string | Uint8Array) => void;
  readonly end: () => void;
}

/** A server on loopback that hands each request to the test, in order; gone with its sockets when the test ends. */
export async function fakeApiServer(tls?: ServerOptions) {
  const exchanges = createQueue<Exchange>();
  const server = tls === undefined ? createPlainServer() : createTlsServer(tls);
  server.on("request", (request, response) => {
    void exchangeOf(request, response).then(exchanges.push);
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
    // A string only for pipes, null only before listening.
    return (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(0);
  onTestFinished(stop);
  return {
    port,
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    next: exchanges.next,
    left: exchanges.left,
    stop,
    restart: () => listen(port),
  };
}

async function exchangeOf(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const gone = once(response, "close");
  const { pathname, searchParams } = new URL(request.url ?? "", "http://api");
  let sent = "";
  for await (const chunk of request) sent += String(chunk);
  const head = { "Content-Type": "application/json" };
  return {
    asked: `${request.method ?? ""} ${pathname}`,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: sent === "" ? undefined : JSON.parse(sent),
    reply: (status, body, headers = {}) => {
      response.writeHead(status, { ...head, ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    },
    stream: () => {
      response.writeHead(200, head).flushHeaders();
      return {
        send: (...events) => response.write(events.map((event) => `${JSON.stringify(event)}\n`).join("")),
        write: (part) => response.write(part),
        end: () => response.end(),
      };
    },
    cut: () => request.socket.destroy(),
    gone,
  };
}
