import type * as ClientNode from "@kubernetes/client-node";

import { ClusterError } from "./cluster-error.ts";
import type { Cluster } from "./cluster.ts";
import type { Timeouts } from "./connect-cluster.ts";
import { type ClusterPlace, loadCredentials } from "./credentials.ts";
import { createRequest } from "./request.ts";
import { createStream } from "./stream.ts";

/** Connects like `connectCluster`, in another user's name: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 * @throws {ClusterError} when a file, a context or a member of them is missing or wrong
 */
export async function connectAs(user: string, place: ClusterPlace, { answerMs }: Timeouts): Promise<Cluster> {
  const client = await import("@kubernetes/client-node");
  const { config: own, origin, server } = await loadCredentials(client, place);
  const connection = { client, config: impersonating(client, own, user), origin, server, answerMs };
  return { origin, server, request: createRequest(connection), stream: createStream(connection) };
}

function impersonating(
  client: typeof ClientNode,
  own: ClientNode.KubeConfig,
  impersonateUser: string,
): ClientNode.KubeConfig {
  const [cluster, user] = [own.getCurrentCluster(), own.getCurrentUser()];
  if (cluster === null || user === null) throw new ClusterError("a cluster and a user are needed, and known");
  const config = new client.KubeConfig();
  config.loadFromClusterAndUser(cluster, { ...user, impersonateUser });
  return config;
}
