import { type Webhook, type WebhookConfiguration } from "./cluster-objects.ts";
import { type ClusterState, type Names } from "./cluster-view.ts";
import { type Reading, valueOf } from "./reading.ts";

/** A webhook that Podpecker answers, and its place in the configuration. */
export interface OurWebhook {
  readonly webhook: Webhook;
  readonly index: number;
}

/** The webhooks of a configuration that lead to Podpecker: to its Service, or to a URL, of which nobody else can say whose it is. */
export function ourWebhooks(
  configuration: Reading<WebhookConfiguration>,
  { service, namespace }: Names,
): OurWebhook[] {
  const webhooks = valueOf(configuration)?.webhooks ?? [];
  return webhooks
    .map((webhook, index) => ({ webhook, index }))
    .filter(({ webhook: { clientConfig: target } }) => {
      const { name, namespace: where } = target.service ?? {};
      return target.url !== undefined || (name === service && where === namespace);
    });
}

/** The webhooks of both configurations. */
export const allOurWebhooks = ({ mutating, validating, names }: ClusterState): Webhook[] =>
  [mutating, validating].flatMap((reading) => ourWebhooks(reading, names)).map(({ webhook }) => webhook);

/** Where a webhook leads, in words. */
export function placeOf({ clientConfig: { url, service } }: Webhook): string {
  return url ?? `Service ${service?.namespace ?? ""}/${service?.name ?? ""}`;
}

/** The name that the API server wants to find in the certificate. */
export function hostOf({ clientConfig: { url, service } }: Webhook): string {
  if (url !== undefined) return URL.canParse(url) ? new URL(url).hostname : url;
  return `${service?.name ?? ""}.${service?.namespace ?? ""}.svc`;
}
