import { setImmediate as turn } from "node:timers/promises";

import { isAlive, type Terms } from "#src/adapters/tls/certificate-plan.ts";
import {
  type Certificates,
  createSelfSigned,
  type SelfSigned,
} from "#src/adapters/tls/create-self-signed.ts";
import { createCertificatePass } from "#src/cli/serve/certificate-pass.ts";
import type { PassOutcome } from "#src/cli/serve/repeat-passes.ts";
import { InputError } from "#src/cli/input-error.ts";
import type { MemoryCluster } from "#test/cli/serve/memory-cluster.ts";

/** A replica whose every call of the API server waits for somebody to let it happen, and its answer to let it arrive. */
export interface SlowReplica {
  /** What it serves, PEM. */
  readonly serving: () => string | undefined;
  /** Begins a pass where none is running, else takes one of its calls, or the answer to one, a step further. */
  readonly step: (which: number) => Promise<void>;
  /** A call of it fails: before it reached the API server, or after. */
  readonly lose: (which: number, what: "lose the call" | "lose the answer") => Promise<void>;
  /** Takes steps until its pass is over; what that came to, nothing where it failed. */
  readonly finish: () => Promise<PassOutcome | undefined>;
}

interface Call {
  /** Reaches the API server, and becomes the arrival of its answer. */
  perform?: () => Promise<() => void>;
  arrive?: () => void;
  readonly fail: () => void;
}

/** What a replica needs to know of the world. */
export interface SlowParts {
  readonly cluster: MemoryCluster;
  readonly terms: Terms;
  readonly now: () => number;
  readonly skewMs: number;
  readonly issue: (wanted: SelfSigned) => Promise<Certificates>;
}

/** Makes a replica that just started. */
export function createSlowReplica({ cluster, terms, now, skewMs, issue }: SlowParts): SlowReplica {
  let calls: Call[] = [];
  let running: Promise<PassOutcome | undefined> | undefined;
  let serving: string | undefined;
  const issuing = new Set<Promise<unknown>>();

  const gate = <T>(operate: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      calls.push({
        perform: async () => {
          const answer = await operate();
          return () => {
            resolve(answer);
          };
        },
        fail: () => {
          reject(new InputError(["the API server is away"]));
        },
      });
    });
  const clock = { now: () => now() + skewMs, steady: now, after: () => ({ cancel: () => undefined }) };
  const { secret, configurations } = cluster;
  const pass = createCertificatePass({
    secret: {
      ...secret,
      read: () => gate(secret.read),
      create: (content) => gate(() => secret.create(content)),
      update: (content, version) => gate(() => secret.update(content, version)),
    },
    configurations: {
      ...configurations,
      read: () => gate(configurations.read),
      setBundles: (read, bundles) => gate(() => configurations.setBundles(read, bundles)),
    },
    terms,
    clock,
    issue: async (wanted) => {
      const made = issue(wanted);
      issuing.add(made);
      try {
        return await made;
      } finally {
        issuing.delete(made);
      }
    },
    onRead: ({ current }) => {
      if (current !== undefined && isAlive(current, clock.now())) serving = current.cert;
      return Promise.resolve();
    },
  });

  const calm = async (): Promise<void> => {
    do {
      await Promise.all(issuing);
      await turn();
    } while (issuing.size > 0);
  };
  const begin = (): void => {
    running = pass()
      .catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        return undefined;
      })
      .finally(() => {
        running = undefined;
      });
  };
  const step = async (which: number): Promise<void> => {
    if (running === undefined) begin();
    else if (calls.length > 0) await advance(which % calls.length);
    await calm();
  };
  const advance = async (index: number): Promise<void> => {
    const [call] = calls.slice(index);
    if (call?.arrive === undefined) Object.assign(call ?? {}, { arrive: await call?.perform?.() });
    else {
      calls = calls.filter((other) => other !== call);
      call.arrive();
    }
  };
  const lose: SlowReplica["lose"] = async (which, what) => {
    const call = calls[which % Math.max(calls.length, 1)];
    if (call === undefined) return;
    if (what === "lose the answer" && call.arrive === undefined) await call.perform?.();
    calls = calls.filter((other) => other !== call);
    call.fail();
    await calm();
  };
  const finish = async (): Promise<PassOutcome | undefined> => {
    if (running === undefined) begin();
    const outcome = running;
    await calm();
    while (running !== undefined) await step(0);
    return outcome;
  };
  return { serving: () => serving, step, lose, finish };
}

/** Makes certificates, the same ones for the same time and hosts: a thousand runs need no thousand keys. */
export function createIssuer(): () => (wanted: SelfSigned) => Promise<Certificates> {
  const made = new Map<string, Promise<Certificates>>();
  return () => {
    const counts = new Map<string, number>();
    return (wanted) => {
      const asked = JSON.stringify(wanted);
      const count = (counts.get(asked) ?? 0) + 1;
      counts.set(asked, count);
      const key = `${asked} ${count}`;
      const certificates = made.get(key) ?? createSelfSigned(wanted);
      made.set(key, certificates);
      return certificates;
    };
  };
}
