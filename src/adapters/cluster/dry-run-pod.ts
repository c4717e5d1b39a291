import { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { understand } from "./objects.ts";
import { Status } from "./refusal.ts";
import { pathOf, resources } from "./resources.ts";
import { warningsOf } from "./warnings.ts";

/** What would become of a Pod, and what the API server warned of. */
export type DryRun =
  | { readonly outcome: "admitted"; readonly pod: ApiObject; readonly warnings: readonly string[] }
  | { readonly outcome: "refused"; readonly status: Status; readonly warnings: readonly string[] };

/** Lets the API server go through with the creation of a Pod, webhooks and all, up to the point where it would be kept.
 * @throws {ClusterError} when there is no answer, or none of an API server
 */
export async function dryRunPod(
  cluster: Cluster,
  { namespace, pod }: { readonly namespace: string; readonly pod: unknown },
): Promise<DryRun> {
  const action = { verb: "create", resource: resources.pods, namespace } as const;
  const reply = await cluster.request({
    method: "POST",
    path: pathOf(resources.pods, { namespace }),
    query: { dryRun: "All" },
    body: pod,
  });
  const warnings = warningsOf(reply.headers);
  const { data: status } = Status.safeParse(reply.body);
  if (status !== undefined) return { outcome: "refused", status, warnings };
  return { outcome: "admitted", pod: understand(cluster, action, { reply, shape: ApiObject }), warnings };
}
