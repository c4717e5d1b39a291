import type { Cluster } from "./cluster.ts";
import { refusal } from "./refusal.ts";
import { pathOf } from "./resources.ts";
import {
  caBundlesOf,
  type ConfigurationPlace,
  resourceOf,
  type WebhookConfiguration,
} from "./webhook-configurations.ts";

/** What became of the CA bundles of a configuration that was read: it may be another one by now, or gone. */
export type CaBundlesOutcome = "patched" | "conflict";

/** Has each webhook of a configuration that was read trust its bundle, PEM, in their order; changes nothing else.
 * @throws {ClusterError} when it cannot be changed
 */
export async function setCaBundles(
  cluster: Cluster,
  {
    kind,
    configuration,
  }: Pick<ConfigurationPlace, "kind"> & { readonly configuration: WebhookConfiguration },
  bundles: readonly string[],
): Promise<CaBundlesOutcome> {
  const { name } = configuration.metadata;
  const action = { verb: "patch", resource: resourceOf[kind], name } as const;
  const reply = await cluster.request({
    method: "PATCH",
    path: pathOf(action.resource, action),
    contentType: "application/json-patch+json",
    body: patchFor(configuration, bundles),
  });
  if (reply.status === 409 || reply.status === 404) return "conflict";
  if (reply.status !== 200) throw refusal(cluster, action, reply);
  return "patched";
}

/** The version that was read is written, too: the API server then answers 409 where it is another one by now. To `test`
 * it would give 422, as every patch does that is wrong. */
function patchFor(configuration: WebhookConfiguration, bundles: readonly string[]): readonly unknown[] {
  const operations = caBundlesOf(configuration).flatMap((before, index) => {
    const bundle = bundles[index] ?? before;
    const value = Buffer.from(bundle).toString("base64");
    return bundle === before ? [] : [{ op: "add", path: `/webhooks/${index}/clientConfig/caBundle`, value }];
  });
  const { resourceVersion } = configuration.metadata;
  return [{ op: "replace", path: "/metadata/resourceVersion", value: resourceVersion }, ...operations];
}
