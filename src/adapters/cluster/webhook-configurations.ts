import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { getObject } from "./objects.ts";
import { resources } from "./resources.ts";
import type { ObjectWatch, Patience } from "./watch-objects.ts";
import { type ObjectObserver, watchObject } from "./watch-object.ts";

/** Which of the two lists of webhooks an API server has. */
export type WebhookKind = "mutating" | "validating";

/** A webhook configuration of either kind. */
export interface ConfigurationPlace {
  readonly kind: WebhookKind;
  readonly name: string;
}

const Webhook = z.looseObject({
  clientConfig: z.looseObject({
    /** PEM in base64. */
    caBundle: z.string().optional(),
  }),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/mutating-webhook-configuration-v1/ */
export const WebhookConfiguration = ApiObject.extend({ webhooks: z.array(Webhook).default([]) });
export type WebhookConfiguration = z.infer<typeof WebhookConfiguration>;

/** What the API server calls them. */
export const resourceOf = {
  mutating: resources.mutatingWebhookConfigurations,
  validating: resources.validatingWebhookConfigurations,
} as const;

/** Reads a webhook configuration, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export const readWebhookConfiguration = (
  cluster: Cluster,
  { kind, name }: ConfigurationPlace,
): Promise<WebhookConfiguration | undefined> =>
  getObject(cluster, { resource: resourceOf[kind], name, shape: WebhookConfiguration });

/** Tells of one webhook configuration, now and whenever it changes, comes or goes. */
export function watchWebhookConfiguration(
  cluster: Cluster,
  { kind, name }: ConfigurationPlace,
  observer: ObjectObserver<WebhookConfiguration>,
  patience?: Partial<Patience>,
): ObjectWatch {
  const onChange = (object: ApiObject | undefined): void => {
    observer.onChange(object === undefined ? undefined : WebhookConfiguration.parse(object));
  };
  return watchObject(cluster, { resource: resourceOf[kind], name }, { ...observer, onChange }, patience);
}

/** What an API server trusts for each webhook of a configuration, as PEM; nothing for one that trusts none yet. */
export const caBundlesOf = ({ webhooks }: WebhookConfiguration): readonly string[] =>
  webhooks.map(({ clientConfig: { caBundle = "" } }) => Buffer.from(caBundle, "base64").toString());
