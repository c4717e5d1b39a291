import { type Namespace } from "./cluster-objects.ts";
import { type ClusterState } from "./cluster-view.ts";
import { ourWebhooks } from "./our-webhooks.ts";
import { valueOf } from "./reading.ts";
import { matchesSelector } from "./selector.ts";

/** The names of the namespaces whose Pods come to Podpecker, in order; nothing where that is not known. */
export function chosenNamespaces({
  mutating,
  namespaces,
  names,
}: Pick<ClusterState, "mutating" | "namespaces" | "names">): readonly string[] | undefined {
  const known = valueOf(namespaces);
  if (known === undefined || mutating.state !== "read") return undefined;
  const webhooks = ourWebhooks(mutating, names).map(({ webhook }) => webhook);
  return (
    known
      // Nothing can be created there any more.
      .filter(({ metadata }) => metadata["deletionTimestamp"] === undefined)
      .filter((namespace) =>
        webhooks.some(({ namespaceSelector }) => matchesSelector(namespaceSelector, labelsOf(namespace))),
      )
      .map(({ metadata }) => metadata.name)
      .sort()
  );
}

/** The API server itself gives each namespace the label with its name. */
const labelsOf = ({ metadata: { name, labels } }: Namespace): Readonly<Record<string, string>> => ({
  ...labels,
  "kubernetes.io/metadata.name": name,
});
