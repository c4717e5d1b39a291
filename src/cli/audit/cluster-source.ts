import { type ApiObject } from "../../adapters/cluster/api-object.ts";
import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { ClusterError } from "../../adapters/cluster/cluster-error.ts";
import { listObjects, listPages } from "../../adapters/cluster/objects.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { LimitRange } from "../../kubernetes/limit-range.ts";
import { byNamespace } from "../../kubernetes/limit-ranges.ts";
import { Pod } from "../../kubernetes/pod.ts";
import { get, list } from "../doctor/ask.ts";
import { chosenNamespaces } from "../doctor/chosen-namespaces.ts";
import { Namespace, WebhookConfiguration } from "../doctor/cluster-objects.ts";
import { ourWebhooks } from "../doctor/our-webhooks.ts";
import { type Names } from "../doctor/cluster-view.ts";
import { tell } from "../terminal.ts";
import { creationOf } from "./creation-of.ts";
import { limitRangesIn, type LimitRangesOf } from "./limit-ranges-of.ts";
import { type PodSource, type Requested } from "./pod-source.ts";

/** Which Pods of a cluster are meant. */
export interface LivePods {
  /** Those of all namespaces where it is absent. */
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  /** Who created them, where somebody knows it. */
  readonly user: string | undefined;
  /** What Podpecker's own objects there are called. */
  readonly names: Names;
  /** LimitRanges that count instead of the cluster's. */
  readonly limitRangesOf: LimitRangesOf | undefined;
}

/** Opens the Pods that are in a cluster. Nothing there is changed: all that is asked is to get and to list.
 * @throws {ClusterError} when Pods cannot be listed
 */
export async function openCluster(cluster: Cluster, live: LivePods): Promise<PodSource> {
  const [limitRangesOf, chosen] = await Promise.all([
    live.limitRangesOf ?? readLimitRanges(cluster, live),
    readChosen(cluster, live),
  ]);
  let seen = 0;
  let known: number | undefined;
  async function* requests(): AsyncGenerator<Requested> {
    for await (const { objects, remaining } of listPages(cluster, selectionOf(live))) {
      known = seen + objects.length + remaining;
      for (const object of objects) {
        yield creationOf(podOf(object), { namespace: object.metadata.namespace ?? "", user: live.user });
        seen += 1;
      }
    }
  }
  return {
    requests: requests(),
    fraction: () => (known === undefined ? undefined : seen / known),
    limitRangesOf,
    ...(chosen === undefined ? {} : { chosen }),
  };
}

const selectionOf = ({ namespace, labelSelector }: LivePods): Parameters<typeof listPages>[1] => ({
  resource: resources.pods,
  ...(namespace === undefined ? {} : { namespace }),
  ...(labelSelector === undefined ? {} : { labelSelector }),
});

/** The object itself, not what the schema makes of it. */
function podOf(object: ApiObject): Pod {
  const { error } = Pod.safeParse(object);
  const { namespace = "", name } = object.metadata;
  if (error !== undefined) throw new ClusterError(`the Pod ${namespace}/${name} has not the shape of one`);
  return object as unknown as Pod;
}

/** Who may list Pods may not list these everywhere: bounds are then what the policies say. */
async function readLimitRanges(cluster: Cluster, { namespace }: LivePods): Promise<LimitRangesOf> {
  const scope = namespace === undefined ? {} : { namespace };
  try {
    const { objects } = await listObjects(cluster, { resource: resources.limitRanges, ...scope });
    const read = objects.map((object) => LimitRange.safeParse(object));
    return limitRangesIn(byNamespace(read.flatMap(({ data }) => data ?? [])));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    tell(`LimitRanges do not count: ${error.message}`);
    return limitRangesIn(undefined);
  }
}

/** Where the webhook is not installed yet, or nobody may look, nothing is known of it. */
async function readChosen(cluster: Cluster, { names }: LivePods): Promise<ReadonlySet<string> | undefined> {
  const [mutating, namespaces] = await Promise.all([
    get(cluster, resources.mutatingWebhookConfigurations, {
      shape: WebhookConfiguration,
      name: names.configuration,
    }),
    list(cluster, resources.namespaces, { shape: Namespace }),
  ]);
  if (ourWebhooks(mutating, names).length === 0) return undefined;
  const chosen = chosenNamespaces({ mutating, namespaces, names });
  return chosen === undefined ? undefined : new Set(chosen);
}
