import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { getObject, understand } from "./objects.ts";
import { pathOf, resources } from "./resources.ts";
import type { ObjectWatch, Patience } from "./watch-objects.ts";
import { type ObjectObserver, watchObject } from "./watch-object.ts";

/** Where a Secret is. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** What a Secret holds, as text. */
export interface SecretContent {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A Secret as it was read. */
export interface StoredSecret extends SecretContent {
  /** Whole, for whoever writes it back. */
  readonly object: ApiObject;
}

const Secret = ApiObject.extend({
  type: z.string().default("Opaque"),
  data: z.record(z.string(), z.string()).nullish(),
});

/** Reads a Secret, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export async function readSecret(cluster: Cluster, place: SecretPlace): Promise<StoredSecret | undefined> {
  const object = await getObject(cluster, { resource: resources.secrets, ...place, shape: Secret });
  return object === undefined ? undefined : storedSecret(object);
}

/** What became of a Secret that was to be made. */
export type SecretCreation =
  { readonly outcome: "created"; readonly secret: StoredSecret } | { readonly outcome: "exists" };

/** Makes a Secret, unless there is one.
 * @throws {ClusterError} when it cannot be made
 */
export async function createSecret(
  cluster: Cluster,
  place: SecretPlace,
  content: SecretContent,
): Promise<SecretCreation> {
  const action = { verb: "create", resource: resources.secrets, namespace: place.namespace } as const;
  const body = withContent({ apiVersion: "v1", kind: "Secret", metadata: { ...place } }, content);
  const reply = await cluster.request({ method: "POST", path: pathOf(resources.secrets, action), body });
  if (reply.status === 409) return { outcome: "exists" };
  return { outcome: "created", secret: storedSecret(understand(cluster, action, { reply, shape: Secret })) };
}

/** What became of a Secret that was to be changed: someone else may have changed it, or taken it away, since it was read. */
export type SecretUpdate =
  { readonly outcome: "updated"; readonly secret: StoredSecret } | { readonly outcome: "conflict" };

/** Gives a Secret that was read another content, unless it is another one by now.
 * @throws {ClusterError} when it cannot be written
 */
export async function updateSecret(
  cluster: Cluster,
  { object }: StoredSecret,
  content: Omit<SecretContent, "type">,
): Promise<SecretUpdate> {
  const { namespace, name } = object.metadata;
  const action = { verb: "update", resource: resources.secrets, namespace, name } as const;
  // It carries the version it was read at, which the API server compares.
  const body = withContent(object, content);
  const reply = await cluster.request({ method: "PUT", path: pathOf(resources.secrets, action), body });
  if (reply.status === 409 || reply.status === 404) return { outcome: "conflict" };
  return { outcome: "updated", secret: storedSecret(understand(cluster, action, { reply, shape: Secret })) };
}

/** Tells of one Secret, now and whenever it changes, comes or goes. */
export function watchSecret(
  cluster: Cluster,
  place: SecretPlace,
  observer: ObjectObserver<StoredSecret>,
  patience?: Partial<Patience>,
): ObjectWatch {
  const onChange = (object: ApiObject | undefined): void => {
    observer.onChange(object === undefined ? undefined : storedSecret(Secret.parse(object)));
  };
  return watchObject(cluster, { resource: resources.secrets, ...place }, { ...observer, onChange }, patience);
}

function storedSecret(object: z.infer<typeof Secret>): StoredSecret {
  const { type, data, metadata } = object;
  return { type, data: mapValues(data ?? {}, decode), annotations: metadata.annotations ?? {}, object };
}

function withContent(object: ApiObject, { type, data, annotations }: Partial<SecretContent>): ApiObject {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations } },
    ...(type === undefined ? {} : { type }),
    data: mapValues(data ?? {}, encode),
  };
}

const mapValues = (
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const encode = (text: string): string => Buffer.from(text).toString("base64");
const decode = (base64: string): string => Buffer.from(base64, "base64").toString();
