import { once } from "node:events";
import { type IncomingMessage } from "node:http";
import { request } from "node:https";
import { json } from "node:stream/consumers";

import { type Replica } from "./control-plane/replica.ts";

export interface ReplicaReply {
  readonly status: number;
  readonly body: unknown;
}

/** Asks a replica itself, without an API server: a body is posted. */
export async function askReplica({ port }: Replica, path: string, body?: object): Promise<ReplicaReply> {
  const sent = request({
    port,
    path,
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json" },
    agent: false,
    // It is called by an address that its certificate does not name, as kubelets do.
    rejectUnauthorized: false,
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage]; // The event's only argument.
  return { status: response.statusCode ?? 0, body: await json(response) };
}
