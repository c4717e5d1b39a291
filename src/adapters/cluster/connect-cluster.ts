import type { Cluster } from "./cluster.ts";
import { loadCredentials, type ClusterPlace } from "./credentials.ts";
import { createRequest } from "./request.ts";
import { createStream } from "./stream.ts";

/** How long an answer, or the beginning of a stream, is waited for. */
export interface Timeouts {
  readonly answerMs: number;
}

/** Finds out where the API server is and how to be known there; sends nothing yet.
 * @throws {ClusterError} when a file, a context or a member of them is missing or wrong
 */
export async function connectCluster(
  place: ClusterPlace = {},
  { answerMs }: Timeouts = { answerMs: 10_000 },
): Promise<Cluster> {
  // Loading it takes half a second, which only those who talk to a cluster should pay.
  const client = await import("@kubernetes/client-node");
  const { config, origin, server } = await loadCredentials(client, place);
  const connection = { client, config, origin, server, answerMs };
  return { origin, server, request: createRequest(connection), stream: createStream(connection) };
}
