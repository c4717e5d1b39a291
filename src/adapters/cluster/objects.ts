import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { ApiReply, Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";
import { type Action, refusal } from "./refusal.ts";
import { pathOf, type Resource } from "./resources.ts";

/** Which objects of a kind are meant. */
export interface Selection {
  readonly resource: Resource;
  /** Of every namespace where it is absent. */
  readonly namespace?: string;
  /** This one only; a role that names it by resourceNames suffices. */
  readonly name?: string;
  readonly labelSelector?: string;
}

/** A list, and the version of the cluster that it shows. */
export interface Listing {
  readonly objects: readonly ApiObject[];
  readonly resourceVersion: string;
}

const Page = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    resourceVersion: z.string().default(""),
    continue: z.string().optional(),
    remainingItemCount: z.number().optional(),
  }),
  // An empty list may be null.
  items: z.array(ApiObject).nullish(),
});

// As many as a server sends well within the time an answer may take.
const PAGE_SIZE = "500";

/** Reads one object, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export async function getObject<Shape extends z.ZodType>(
  cluster: Cluster,
  { shape, ...object }: Omit<Action, "verb"> & { readonly name: string; readonly shape: Shape },
): Promise<z.infer<Shape> | undefined> {
  const action = { ...object, verb: "get" } as const;
  const reply = await cluster.request({ method: "GET", path: pathOf(object.resource, object) });
  if (reply.status === 404) return undefined;
  return understand(cluster, action, { reply, shape });
}

/** Reads all objects of a selection, however many pages they are.
 * @throws {ClusterError} when they cannot be listed
 */
export async function listObjects(
  cluster: Cluster,
  selection: Selection,
  signal?: AbortSignal,
): Promise<Listing> {
  const objects: ApiObject[] = [];
  let resourceVersion = "";
  for await (const page of listPages(cluster, selection, signal)) {
    for (const object of page.objects) objects.push(object);
    ({ resourceVersion } = page);
  }
  return { objects, resourceVersion };
}

/** A part of a list. */
export interface ListedPage extends Listing {
  /** How many objects come after it, as far as the API server says so. */
  readonly remaining: number;
}

/** Reads the same page by page, for whom all of them would be too many to hold.
 * @throws {ClusterError} when they cannot be listed
 */
export async function* listPages(
  cluster: Cluster,
  selection: Selection,
  signal?: AbortSignal,
): AsyncGenerator<ListedPage> {
  const query: Record<string, string> = { ...selectors(selection), limit: PAGE_SIZE };
  for (;;) {
    const { metadata, items, apiVersion, kind } = await getPage(cluster, selection, { query, signal });
    // In a list they do not say what they are; in a watch they do.
    const common = { apiVersion, kind: kind.replace(/List$/, "") };
    const objects = (items ?? []).map((item) => ({ ...common, ...item }));
    const { resourceVersion, remainingItemCount: remaining = 0 } = metadata;
    yield { objects, resourceVersion, remaining };
    if (metadata.continue === undefined || metadata.continue === "") return;
    query["continue"] = metadata.continue;
  }
}

/** The parameters by which the API server selects. */
export function selectors({ name, labelSelector }: Selection): Record<string, string> {
  return {
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

async function getPage(
  cluster: Cluster,
  { resource, namespace, name }: Selection,
  { query, signal }: { readonly query: Record<string, string>; readonly signal: AbortSignal | undefined },
): Promise<z.infer<typeof Page>> {
  const reply = await cluster.request({
    method: "GET",
    path: pathOf(resource, { namespace }),
    query,
    ...(signal === undefined ? {} : { signal }),
  });
  return understand(cluster, { verb: "list", resource, namespace, name }, { reply, shape: Page });
}

/** What a reply holds, where it is a success of that shape.
 * @throws {ClusterError} when it is not
 */
export function understand<Shape extends z.ZodType>(
  cluster: Cluster,
  action: Action,
  { reply, shape }: { readonly reply: ApiReply; readonly shape: Shape },
): z.infer<Shape> {
  if (reply.status < 200 || reply.status > 299) throw refusal(cluster, action, reply);
  const { success, data, error } = shape.safeParse(reply.body);
  if (success) return data;
  throw new ClusterError(
    `${cluster.server} of ${cluster.origin} does not answer as an API server does: ${z.prettifyError(error)}`,
  );
}
