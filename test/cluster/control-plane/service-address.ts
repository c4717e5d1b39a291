import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

import { z } from "zod";

import { type ApiServer, call } from "./call.ts";

const Port = z.object({ port: z.number() });
const Service = z.object({ spec: z.object({ clusterIP: z.string(), ports: z.tuple([Port], Port) }) });

/**
 * What kube-proxy is elsewhere: takes connections to a Service's address and hands them, in turn, to its backends.
 * A change of the backends concerns new connections only. Without one, a connection is reset.
 */
export class ServiceAddress {
  /** Ports of 127.0.0.1. */
  backends: readonly number[] = [];
  readonly address: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor(address: string) {
    this.address = address;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#forward(socket);
    });
  }

  /** Listens on the address and the first port of a Service that is there. */
  static async of(api: ApiServer, namespace: string, name: string): Promise<ServiceAddress> {
    const { body } = await call(api, "GET", `/api/v1/namespaces/${namespace}/services/${name}`);
    const { clusterIP, ports } = Service.parse(body).spec;
    const service = new ServiceAddress(clusterIP);
    service.#server.listen(ports[0].port, clusterIP);
    await once(service.#server, "listening");
    return service;
  }

  /** Takes no connection any more, and cuts those there are. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(socket: Socket): void {
    const port = this.backends[this.#turn++ % Math.max(this.backends.length, 1)];
    if (port === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const backend = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#join(socket, backend);
    this.#join(backend, socket);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    // A reset is passed on as one; an end is passed on by the pipe, after all that came before it.
    from.on("error", () => to.resetAndDestroy());
    from.on("close", () => this.#sockets.delete(from));
  }
}
