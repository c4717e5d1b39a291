import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { Component } from "./component.ts";

const MAIN = join(import.meta.dirname, "../../../dist/main.js");
// Reviews that run are finished first, and so they should be.
const GRACE_SECONDS = 40;

export interface ReplicaSpec {
  /** What follows `podpecker serve`, but its ports. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The built program serving beside a control plane, as a container would: with the environment it is given and no other. */
export class Replica {
  readonly #component: Component;

  constructor(component: Component) {
    this.#component = component;
  }

  /** The webhook's port on 127.0.0.1: a backend of its Service. */
  get port(): number {
    return Number(this.#announced[1]);
  }

  /** Where the metrics are. */
  get metrics(): string {
    return this.#announced[2] ?? "";
  }

  /** Both streams, as they came. */
  get log(): string {
    return this.#component.log;
  }

  get pid(): number | undefined {
    return this.#component.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#component.signal(signal);
  }

  /** Ends it by SIGTERM unless told otherwise, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.#component.stop(signal);
  }

  /** Waits until it has ended by itself, having been told to: a second signal would end it at once. */
  untilEnded(): Promise<void> {
    return this.#component.untilEnded();
  }

  /** Waits until its log has such a text.
   * @throws {Error} when it ends before, or that does not come in time, with the end of its log
   */
  untilLogged(pattern: RegExp): Promise<void> {
    return this.#component.until(`logs ${String(pattern)}`, () => pattern.test(this.log));
  }

  get #announced(): readonly string[] {
    return LISTENING.exec(this.log) ?? [];
  }
}

const LISTENING = /Listening on https:\S+:(\d+)\/mutate, metrics on (http:\S+)/;

/** Starts a replica on free ports, and waits until it listens; it goes when the control plane goes, if not before. */
export async function startReplica(directory: string, { words, env = {} }: ReplicaSpec): Promise<Replica> {
  const component = new Component(directory, {
    name: `podpecker-${randomBytes(4).toString("hex")}`,
    command: process.execPath,
    words: [MAIN, "serve", "--port", "0", "--metrics-port", "0", ...words],
    env,
    graceSeconds: GRACE_SECONDS,
  });
  await component.start();
  const replica = new Replica(component);
  await replica.untilLogged(LISTENING);
  return replica;
}
