import { hostname } from "node:os";

import { LRUCache } from "lru-cache";

import type { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterError } from "./cluster-error.ts";
import { type Event, eventFor, type Told } from "./event.ts";
import { refusal } from "./refusal.ts";
import { pathOf, resources } from "./resources.ts";
import { createTokenBucket } from "./token-bucket.ts";
import { unreachable } from "./unreachable.ts";

/** Writes Events, now and then. */
export interface EventWriter {
  /** Returns at once and never throws. What was told already of this version of the object costs nothing. */
  readonly write: (about: ApiObject, told: Told) => void;
  /** How many were left out because there were too many. */
  readonly dropped: () => number;
  /** Resolves once those that were being written are written, or failed. */
  readonly settled: () => Promise<unknown>;
}

/** How many Events may be written, and who hears of those that could not be. */
export interface EventWriting {
  readonly onProblem: (error: ClusterError) => void;
  readonly perMinute?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly instance?: string;
}

const COMPONENT = "podpecker";
const REMEMBERED = 1_000;

/** Makes a writer of Events that neither holds anybody up nor floods the cluster. */
export function createEventWriter(
  cluster: Cluster,
  { onProblem, perMinute = 30, now = Date.now, instance = hostname() }: EventWriting,
): EventWriter {
  const mayPass = createTokenBucket(perMinute, now);
  const written = new LRUCache<string, true>({ max: REMEMBERED });
  let underWay: Promise<unknown> = Promise.resolve();
  let dropped = 0;

  const write: EventWriter["write"] = (about, told) => {
    const event = eventFor(about, told, { component: COMPONENT, instance, at: new Date(now()) });
    const { name } = event.metadata;
    if (written.has(name)) return;
    if (!mayPass()) {
      dropped += 1;
      return;
    }
    written.set(name, true);
    const sent = createEvent(cluster, event).catch((error: unknown) => {
      // It may be told again, then.
      written.delete(name);
      onProblem(unreachable(cluster, error));
    });
    underWay = Promise.all([underWay, sent]);
  };
  return { write, dropped: () => dropped, settled: () => underWay };
}

async function createEvent(cluster: Cluster, event: Event): Promise<void> {
  const { namespace } = event.metadata;
  const place = { resource: resources.events, namespace };
  const reply = await cluster.request({
    method: "POST",
    path: pathOf(resources.events, { namespace }),
    body: event,
  });
  // Another replica was quicker.
  const isThere = reply.status === 409;
  if (!isThere && reply.status !== 201) throw refusal(cluster, { verb: "create", ...place }, reply);
}
