import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { type Happening, SKEWS_MS, type Title, WEBHOOKS } from "#test/cli/serve/happening.ts";
import { createMemoryCluster, type MemoryCluster } from "#test/cli/serve/memory-cluster.ts";
import { createIssuer, createSlowReplica, type SlowReplica } from "#test/cli/serve/slow-replica.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:00Z");

export const terms = {
  hosts: ["podpecker.podpecker.svc"],
  lifetimeMs: 60 * MINUTE,
  settleMs: 5 * MINUTE,
};

const issuers = createIssuer();
const foreign = await createSelfSigned({ hosts: ["a"], now: new Date(START), lifetimeMs: 1e12 });

/** A cluster with three replicas and a time, all of which go on only when something happens. */
export interface CertificateWorld {
  readonly cluster: MemoryCluster;
  readonly replicas: readonly SlowReplica[];
  readonly now: () => number;
  readonly happen: (event: Happening) => Promise<void>;
}

/** Makes a world where nothing has happened yet: configurations that trust nobody, and no Secret. */
export function createCertificateWorld(): CertificateWorld {
  let now = START;
  const cluster = createMemoryCluster(() => now);
  const issue = issuers();
  const start = (skewMs: number): SlowReplica =>
    createSlowReplica({ cluster, terms, now: () => now, skewMs, issue });
  const replicas = SKEWS_MS.map(start);

  const put = (title: Title, bundle: string): void => {
    cluster.putConfiguration(
      title,
      Array.from({ length: WEBHOOKS[title] }, () => bundle),
    );
  };
  put("mutating", "");
  put("validating", "");

  const happen = async (event: Happening): Promise<void> => {
    switch (event.what) {
      case "step":
        await replicas[event.replica]?.step(event.which);
        return;
      case "finish":
        await replicas[event.replica]?.finish();
        return;
      case "die":
        replicas[event.replica] = start(SKEWS_MS[event.replica] ?? 0);
        return;
      case "lose the call":
      case "lose the answer":
        await replicas[event.replica]?.lose(event.which, event.what);
        return;
      case "time":
        now += event.ms;
        return;
      case "empty":
        put(event.title, "");
        return;
      case "replace":
        put(event.title, foreign.ca);
        return;
      case "remove":
        cluster.putConfiguration(event.title, undefined);
        return;
      case "delete":
        cluster.putSecret(undefined);
        return;
      case "spoil":
        cluster.spoilSecret(event.keys);
    }
  };
  return { cluster, replicas, now: () => now, happen };
}
