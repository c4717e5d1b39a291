import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { ApiReply, Cluster } from "./cluster.ts";
import { getObject, understand } from "./objects.ts";
import { refusal, Status } from "./refusal.ts";
import { pathOf, resources } from "./resources.ts";

const resource = resources.persistentVolumeClaims;

/** A claim to be created. */
export interface NewClaim {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

/** What became of a claim that was to be made: made, or there is one of this name. */
export interface ClaimCreation {
  readonly outcome: "created" | "exists";
  readonly claim: ApiObject;
}

/** Makes a PersistentVolumeClaim, unless there is one of its name; nothing where that one is gone again.
 * @throws {ClusterError} when it cannot be made, with the API server's words
 */
export async function createClaim(
  cluster: Cluster,
  body: NewClaim,
  signal: AbortSignal,
): Promise<ClaimCreation | undefined> {
  const { namespace, name } = body.metadata;
  const action = { verb: "create", resource, namespace } as const;
  const reply = await cluster.request({ method: "POST", path: pathOf(resource, action), body, signal });
  // A quota that others use at the same moment is a conflict, too.
  if (reasonOf(reply) !== "AlreadyExists")
    return { outcome: "created", claim: understand(cluster, action, { reply, shape: ApiObject }) };
  const claim = await getObject(cluster, { resource, namespace, name, shape: ApiObject });
  return claim === undefined ? undefined : { outcome: "exists", claim };
}

/** The very claim that was seen. */
export interface SeenClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Deletes a claim, unless it was changed or made anew since it was seen.
 * @throws {ClusterError} when it cannot be deleted
 */
export async function deleteClaim(
  cluster: Cluster,
  { namespace, name, uid, resourceVersion }: SeenClaim,
  signal: AbortSignal,
): Promise<"deleted" | "changed"> {
  const action = { verb: "delete", resource, namespace, name } as const;
  const reply = await cluster.request({
    method: "DELETE",
    path: pathOf(resource, action),
    body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid, resourceVersion } },
    signal,
  });
  if (reply.status === 404) return "deleted";
  if (reply.status === 409) return "changed";
  if (reply.status < 200 || reply.status > 299) throw refusal(cluster, action, reply);
  return "deleted";
}

const Events = z.looseObject({
  items: z
    .array(
      z.looseObject({
        type: z.string().optional(),
        message: z.string().optional(),
        lastTimestamp: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** What whoever makes volumes last warned of about a claim; nothing where nobody did.
 * @throws {ClusterError} when that cannot be read
 */
export async function lastWarning(
  cluster: Cluster,
  { namespace, uid }: Pick<SeenClaim, "namespace" | "uid">,
  signal: AbortSignal,
): Promise<string | undefined> {
  const action = { verb: "list", resource: resources.events, namespace } as const;
  const reply = await cluster.request({
    method: "GET",
    path: pathOf(resources.events, { namespace }),
    query: { fieldSelector: `involvedObject.uid=${uid},type=Warning` },
    signal,
  });
  const { items } = understand(cluster, action, { reply, shape: Events });
  const latestFirst = (items ?? []).toSorted((one, two) =>
    (two.lastTimestamp ?? "").localeCompare(one.lastTimestamp ?? ""),
  );
  return latestFirst[0]?.message;
}

const reasonOf = ({ body }: ApiReply): string | undefined => Status.safeParse(body).data?.reason;
