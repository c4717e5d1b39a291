import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { getObject, understand } from "./objects.ts";
import { pathOf, resources } from "./resources.ts";

const resource = resources.leases;

/** Where a Lease is. */
export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/** Who has the Lease, and for how long after each renewal. */
export interface Tenure {
  /** Empty: nobody. */
  readonly holder: string;
  readonly seconds: number;
  readonly acquiredAt: Date;
  readonly renewedAt: Date;
  /** How often it has had another holder. */
  readonly transitions: number;
}

/** A Lease as it was read. */
export interface StoredLease {
  readonly holder: string;
  readonly seconds: number;
  readonly transitions: number;
  readonly version: string;
  /** Whole, for whoever writes it back. */
  readonly object: ApiObject;
}

const Lease = ApiObject.extend({
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .nullish(),
});

/** Reads a Lease, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export async function readLease(cluster: Cluster, place: LeasePlace): Promise<StoredLease | undefined> {
  const object = await getObject(cluster, { resource, ...place, shape: Lease });
  return object === undefined ? undefined : storedLease(object);
}

/** Makes a Lease, or writes the one that was read; nothing where another one was quicker.
 * @throws {ClusterError} when it cannot be written
 */
export async function writeLease(
  cluster: Cluster,
  place: LeasePlace,
  { before, tenure }: { readonly before: StoredLease | undefined; readonly tenure: Tenure },
): Promise<StoredLease | undefined> {
  const action =
    before === undefined
      ? ({ verb: "create", resource, namespace: place.namespace } as const)
      : ({ verb: "update", resource, ...place } as const);
  const reply = await cluster.request({
    method: before === undefined ? "POST" : "PUT",
    path: pathOf(resource, action),
    // What was read carries its version, which the API server compares.
    body: {
      ...(before?.object ?? { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { ...place } }),
      spec: specOf(tenure),
    },
  });
  if (reply.status === 409 || reply.status === 404) return undefined;
  return storedLease(understand(cluster, action, { reply, shape: Lease }));
}

function storedLease(object: z.infer<typeof Lease>): StoredLease {
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = object.spec ?? {};
  return {
    holder: holderIdentity ?? "",
    seconds: leaseDurationSeconds ?? 0,
    transitions: leaseTransitions ?? 0,
    version: object.metadata.resourceVersion ?? "",
    object,
  };
}

const specOf = ({ holder, seconds, acquiredAt, renewedAt, transitions }: Tenure) => ({
  holderIdentity: holder,
  leaseDurationSeconds: seconds,
  acquireTime: microTime(acquiredAt),
  renewTime: microTime(renewedAt),
  leaseTransitions: transitions,
});

// The API takes six digits after the point, and no others.
const microTime = (time: Date): string => time.toISOString().replace("Z", "000Z");
