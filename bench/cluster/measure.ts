import { setTimeout as sleep } from "node:timers/promises";

import { type ControlPlane } from "../../test/cluster/control-plane/control-plane.ts";
import { createNamespace } from "../../test/cluster/create-namespace.ts";
import { Installation } from "../../test/cluster/installation.ts";
import { setLoadPolicy } from "../../test/cluster/load/load-policy.ts";
import { type PodCreation, PodLoad } from "../../test/cluster/load/pod-load.ts";
import { replaceReplica } from "../../test/cluster/load/replace-replica.ts";
import { rotateCertificate } from "../../test/cluster/load/rotate-certificate.ts";
import { webhookFailures } from "../../test/cluster/load/webhook-failures.ts";
import { type OwnRequest, ownRequests } from "./own-requests.ts";

/** One thing that happens under load. */
export interface Phase {
  readonly name: string;
  /** Of Pods that the webhook reviews. */
  readonly reviewed: readonly PodCreation[];
  /** Of the same Pods in a namespace that the webhook is not for. */
  readonly plain: readonly PodCreation[];
  readonly ownRequests: readonly OwnRequest[];
}

export interface Measured {
  readonly phases: readonly Phase[];
  readonly seconds: number;
  /** What the API server counted as failed, refused or passed over meanwhile. */
  readonly webhookFailures: number;
}

// As the base has it for a real cluster, where it takes that long until all have heard that an endpoint is gone.
const WORDS = ["--shutdown-delay", "10"];
const REPLICAS = 2;

/** Loads an installation of two replicas for so many seconds, or a little longer where what happens takes longer. */
export async function measure(plane: ControlPlane, seconds: number): Promise<Measured> {
  const installation = await Installation.in(plane);
  for (let count = 0; count < REPLICAS; count += 1) await installation.addReplica(...WORDS);
  await installation.untilInEffect();
  const namespace = await createNamespace(plane, { labels: { "podpecker.dev/enabled": "true" } });
  const namespaces = [namespace, await createNamespace(plane)] as const;
  await setLoadPolicy(installation, namespace, "v1");
  const load = new PodLoad(plane, { namespaces, phase: "warm-up", versions: ["v1"] });
  await load.more(WARM_UP);

  const failuresBefore = sum(await webhookFailures(plane));
  const start = performance.now();
  const spans: Span[] = [];
  for (const [name, happen] of Object.entries(happenings(installation, load, namespace))) {
    load.phase = name;
    const from = Date.now();
    await Promise.all([happen(), sleep((seconds * 1000) / 4)]);
    spans.push({ name, from, until: Date.now() });
  }
  await load.stop();
  const took = (performance.now() - start) / 1000;
  const failures = sum(await webhookFailures(plane)) - failuresBefore;
  const requests = await ownRequests(plane);
  await installation.stop();
  const phases = spans.map((span) => phaseOf(span, { load, namespace, requests }));
  return { phases, seconds: took, webhookFailures: failures };
}

const WARM_UP = 200;

/** What happens, by the phase's name. */
const happenings = (
  installation: Installation,
  load: PodLoad,
  namespace: string,
): Readonly<Record<string, () => Promise<unknown>>> => ({
  steady: () => Promise.resolve(),
  "replica replaced": () => replaceReplica(installation, WORDS),
  "certificate rotated": () => rotateCertificate(installation),
  "policy reloaded": async () => {
    load.versions = ["v1", "v2"];
    await setLoadPolicy(installation, namespace, "v2");
    load.versions = ["v2"];
  },
});

interface Span {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

interface Seen {
  readonly load: PodLoad;
  readonly namespace: string;
  readonly requests: readonly OwnRequest[];
}

function phaseOf({ name, from, until }: Span, { load, namespace, requests }: Seen): Phase {
  const own = load.creations.filter(({ phase }) => phase === name);
  return {
    name,
    reviewed: own.filter((creation) => creation.namespace === namespace),
    plain: own.filter((creation) => creation.namespace !== namespace),
    ownRequests: requests.filter(({ at }) => from <= at && at < until),
  };
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
