import { setTimeout as sleep } from "node:timers/promises";

import type { ApiObject } from "./api-object.ts";
import { type Backoff, backoffMs } from "./backoff.ts";
import type { Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";
import { followObjects } from "./follow-objects.ts";
import { createKnownObjects, type KnownObjects } from "./known-objects.ts";
import type { Selection } from "./objects.ts";

/** Who hears of the objects of a cluster. Nothing is called any more once the watch is closed. */
export interface Observer {
  /** All objects there are, by namespace/name: after the first list and after each change. One that did not change is
   * the very same object as before. */
  readonly onChange: (objects: ReadonlyMap<string, ApiObject>) => void;
  /** What was handed over last is the state of the cluster, and changes will follow. Told of each new stream. */
  readonly onSynced?: () => void;
  /** The cluster cannot be watched now. It is tried again and again, and told again when the problem is another one. */
  readonly onProblem: (error: ClusterError) => void;
  /** Hears what the other callbacks throw; must not throw itself. */
  readonly onDefect: (error: unknown) => void;
}

/** Something that goes on until it is closed. */
export interface ObjectWatch {
  readonly close: () => void;
}

/** How patient a watch is, in milliseconds. */
export interface Patience {
  readonly backoff: Backoff;
  /** After what time the server is asked to end a stream; by chance up to twice that. */
  readonly streamMs: number;
  /** How much later than that a stream counts as dead. */
  readonly graceMs: number;
  /** How long a stream may bring nothing, not even a bookmark, before it counts as dead. */
  readonly quietMs: number;
  /** A stream that lasts so long is a success; to open one again and again that ends sooner would hammer the server. */
  readonly steadyMs: number;
}

const patient: Patience = {
  backoff: { firstMs: 100, mostMs: 5_000 },
  streamMs: 300_000,
  graceMs: 10_000,
  // Bookmarks come after one minute or two.
  quietMs: 200_000,
  steadyMs: 1_000,
};

/** Tells of all objects of a selection, now and whenever they change, until it is closed, whatever becomes of the API
 * server in between. Every stream begins with a whole list: so nothing depends on what the server remembers, nor on a
 * line that got lost, and what happened in between is found by comparison. */
export function watchObjects(
  cluster: Cluster,
  selection: Selection,
  observer: Observer,
  patience: Partial<Patience> = {},
): ObjectWatch {
  const closing = new AbortController();
  const { signal } = closing;
  const call = (tell: () => void): void => {
    if (signal.aborted) return;
    try {
      tell();
    } catch (error) {
      observer.onDefect(error);
    }
  };
  void keepFollowing({ cluster, selection, observer, patience: { ...patient, ...patience }, signal, call });
  return {
    close: () => {
      closing.abort();
    },
  };
}

interface Watching {
  readonly cluster: Cluster;
  readonly selection: Selection;
  readonly observer: Observer;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Every callback is called through this. */
  readonly call: (tell: () => void) => void;
}

/** Never rejects. */
async function keepFollowing(watching: Watching): Promise<void> {
  const { observer, patience, signal, call } = watching;
  const known = createKnownObjects();
  let failures = 0;
  let told = "";
  while (!signal.aborted) {
    const { isSteady, error } = await followOnce(watching, known);
    failures = isSteady ? 0 : failures + 1;
    if (isSteady) {
      told = "";
      continue;
    }
    if (error.message !== told) {
      call(() => {
        if (error instanceof ClusterError) observer.onProblem(error);
        else observer.onDefect(error);
      });
    }
    told = error.message;
    await pause(backoffMs(patience.backoff, failures), signal);
  }
}

/** How one stream ended, and whether it had lasted. */
interface Round {
  readonly isSteady: boolean;
  readonly error: Error;
}

async function followOnce(watching: Watching, known: KnownObjects): Promise<Round> {
  const { cluster, selection, observer, patience, signal, call } = watching;
  const tellIf = (isDifferent: () => boolean): void => {
    call(() => {
      if (isDifferent()) observer.onChange(known.all());
    });
  };
  let openedAt = Infinity;
  const error = await followObjects(cluster, selection, {
    lifeMs: patience.streamMs * (1 + Math.random()),
    graceMs: patience.graceMs,
    quietMs: patience.quietMs,
    signal,
    onList: (objects) => {
      tellIf(() => known.replace(objects));
    },
    onOpen: () => {
      openedAt = performance.now();
      call(() => observer.onSynced?.());
    },
    onEvent: (type, object) => {
      tellIf(() => known.apply(type, object));
    },
  }).catch(asError);
  return { isSteady: performance.now() - openedAt >= patience.steadyMs, error };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    // It was closed meanwhile, which the caller looks for.
  }
}
