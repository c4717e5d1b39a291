import { type LabelSelector } from "./cluster-objects.ts";
import { type ClusterState } from "./cluster-view.ts";
import { ourWebhooks } from "./our-webhooks.ts";
import { type Remedy } from "./verdict.ts";

/** How a namespace is made to be chosen, as far as the selectors say it in labels. */
export function labelRemedy({ mutating, names }: ClusterState, namespace = "NAMESPACE"): Remedy {
  const selectors = ourWebhooks(mutating, names).map(({ webhook }) => webhook.namespaceSelector ?? {});
  const labels = selectors.map(wantedLabels).find((wanted) => wanted !== "");
  if (labels === undefined)
    return [
      "see by what the namespaceSelector chooses",
      `kubectl get mutatingwebhookconfiguration ${names.configuration} -o jsonpath='{.webhooks[*].namespaceSelector}'`,
    ];
  return ["label a namespace where steps run", `kubectl label namespace ${namespace} ${labels}`];
}

const wantedLabels = ({ matchLabels = {} }: LabelSelector): string =>
  Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
