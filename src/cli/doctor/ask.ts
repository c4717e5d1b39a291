import { z } from "zod";

import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { pathOf, type Resource, resources } from "../../adapters/cluster/resources.ts";
import { type Permission } from "./permission.ts";
import { type Reading } from "./reading.ts";

interface Wanted<T> {
  readonly shape: z.ZodType<T>;
  readonly namespace?: string;
}

/** Reads one object. */
export async function get<T>(
  cluster: Cluster,
  resource: Resource,
  { shape, namespace, name }: Wanted<T> & { readonly name: string },
): Promise<Reading<T>> {
  const permission = permissionTo("get", resource, namespace);
  return read(cluster, { path: pathOf(resource, { namespace, name }), shape, permission });
}

/** Reads all objects of a namespace, or of all. */
export async function list<T>(
  cluster: Cluster,
  resource: Resource,
  { shape, namespace, labelSelector }: Wanted<T> & { readonly labelSelector?: string },
): Promise<Reading<readonly T[]>> {
  const isEverywhere = namespace === undefined && resource !== resources.namespaces;
  const reading = await read(cluster, {
    path: pathOf(resource, { namespace }),
    shape: z.looseObject({ items: z.array(shape).nullish() }),
    permission: permissionTo("list", resource, isEverywhere ? "*" : namespace),
    ...(labelSelector === undefined ? {} : { query: { labelSelector } }),
  });
  return reading.state === "read" ? { state: "read", value: reading.value.items ?? [] } : reading;
}

function permissionTo(verb: string, { group, plural }: Resource, namespace: string | undefined): Permission {
  const resource = group === "" ? plural : `${plural}.${group}`;
  return { verb, resource, ...(namespace === undefined ? {} : { namespace }) };
}

interface Question<T> {
  readonly path: string;
  readonly shape: z.ZodType<T>;
  readonly permission: Permission;
  readonly query?: Readonly<Record<string, string>>;
  /** Posted, where there is one. */
  readonly body?: unknown;
}

/** Asks, and says so where there is no answer. */
export async function read<T>(cluster: Cluster, question: Question<T>): Promise<Reading<T>> {
  try {
    return await ask(cluster, question);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { state: "unreadable", reason: error.message };
  }
}

/** Asks one thing.
 * @throws {ClusterError} when there is no answer, or whoever asks is not known
 */
export async function ask<T>(
  cluster: Cluster,
  { shape, permission, ...request }: Question<T>,
): Promise<Reading<T>> {
  const method = "body" in request ? "POST" : "GET";
  const { status, body } = await cluster.request({ method, ...request });
  if (status === 401)
    throw new ClusterError(
      `the API server ${cluster.server} does not accept the credentials of ${cluster.origin} (401); renew them`,
    );
  if (status === 403) return { state: "forbidden", permission };
  if (status === 404) return { state: "absent" };
  if (status < 200 || status > 299) return { state: "unreadable", reason: `the answer has status ${status}` };
  const { data, error } = shape.safeParse(body);
  if (error === undefined) return { state: "read", value: data };
  return { state: "unreadable", reason: `the answer is not what was asked for (${permission.resource})` };
}
