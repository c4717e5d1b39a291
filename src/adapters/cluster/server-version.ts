import { z } from "zod";

import type { Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";

const Version = z.looseObject({ gitVersion: z.string() });

/** Asks the API server for its version, such as "v1.36.3": the least it can be asked, and open to everybody.
 * @throws {ClusterError} when it does not answer as one
 */
export async function readServerVersion(cluster: Cluster): Promise<string> {
  const { status, body } = await cluster.request({ method: "GET", path: "/version" });
  const version = Version.safeParse(body);
  if (version.success) return version.data.gitVersion;
  throw new ClusterError(
    `${cluster.server} of ${cluster.origin} does not say its version (${status}): it should be an API server of Kubernetes`,
  );
}
