import type { Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";
import { refusal } from "./refusal.ts";
import { pathOf } from "./resources.ts";
import {
  caBundlesOf,
  type ConfigurationPlace,
  readWebhookConfiguration,
  resourceOf,
  type WebhookConfiguration,
} from "./webhook-configurations.ts";

/** What became of the CA bundles of a configuration; nothing to do where it is absent, which is told from unchanged. */
export type CaBundleOutcome = "patched" | "unchanged" | "absent";

// Replicas that set the same bundle at the same time get in each other's way once or twice, not for ever.
const MOST_ATTEMPTS = 5;

/** Has every webhook of a configuration trust this bundle, PEM; changes nothing else, and nothing where it does already.
 * @throws {ClusterError} when it cannot be read or changed
 */
export async function setCaBundle(
  cluster: Cluster,
  place: ConfigurationPlace,
  caBundle: string,
): Promise<CaBundleOutcome> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const configuration = await readWebhookConfiguration(cluster, place);
    if (configuration === undefined) return "absent";
    const places = placesToChange(configuration, caBundle);
    if (places.length === 0) return "unchanged";
    if (await patch(cluster, place, patchFor(configuration, places, caBundle))) return "patched";
  }
  throw new ClusterError(
    `${cluster.origin}: the ${place.kind} webhook configuration "${place.name}" was changed by someone else each time its caBundle was to be set; let one program only do that`,
  );
}

const placesToChange = (configuration: WebhookConfiguration, caBundle: string): number[] =>
  caBundlesOf(configuration).flatMap((bundle, index) => (bundle === caBundle ? [] : [index]));

/** The version that was read is written, too: the API server then answers 409 where it is another one by now. To `test`
 * it would give 422, as every patch does that is wrong. */
function patchFor(
  { metadata }: WebhookConfiguration,
  places: readonly number[],
  caBundle: string,
): readonly unknown[] {
  const value = Buffer.from(caBundle).toString("base64");
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    ...places.map((index) => ({ op: "add", path: `/webhooks/${index}/clientConfig/caBundle`, value })),
  ];
}

/** Whether it was changed; if not, it is another one by now, or gone. */
async function patch(
  cluster: Cluster,
  { kind, name }: ConfigurationPlace,
  operations: readonly unknown[],
): Promise<boolean> {
  const action = { verb: "patch", resource: resourceOf[kind], name } as const;
  const reply = await cluster.request({
    method: "PATCH",
    path: pathOf(action.resource, action),
    contentType: "application/json-patch+json",
    body: operations,
  });
  if (reply.status === 409 || reply.status === 404) return false;
  if (reply.status !== 200) throw refusal(cluster, action, reply);
  return true;
}
