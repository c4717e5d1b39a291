import type { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";
import { listObjects, type Selection, selectors } from "./objects.ts";
import { refusal } from "./refusal.ts";
import { pathOf } from "./resources.ts";

/** How long one stream may take, and who hears of what it brings. */
export interface Follower {
  /** What the server is asked to end the stream after. */
  readonly lifeMs: number;
  /** How much later than that the stream counts as dead. */
  readonly graceMs: number;
  /** How long it may bring nothing before it counts as dead. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
  readonly onList: (objects: readonly ApiObject[]) => void;
  readonly onOpen: () => void;
  /** Must not throw. */
  readonly onEvent: (type: string, object: unknown) => void;
}

/** Reads a whole list, then follows the changes from there until the server ends that: an error that says how, always. */
export async function followObjects(
  cluster: Cluster,
  selection: Selection,
  { lifeMs, graceMs, quietMs, signal, onList, onOpen, onEvent }: Follower,
): Promise<ClusterError> {
  const { objects, resourceVersion } = await listObjects(cluster, selection, signal);
  onList(objects);
  const { resource, namespace, name } = selection;
  const ending = await cluster.stream({
    path: pathOf(resource, { namespace }),
    query: {
      ...selectors(selection),
      resourceVersion,
      timeoutSeconds: String(Math.ceil(lifeMs / 1000)),
      // Words of the server every minute or two, by which an idle stream can be told from a dead one:
      // https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go
      allowWatchBookmarks: "true",
    },
    longestMs: lifeMs + graceMs,
    quietMs,
    signal,
    onOpen,
    onEvent,
  });
  if (ending.status !== 200) return refusal(cluster, { verb: "watch", resource, namespace, name }, ending);
  return new ClusterError(`${cluster.origin}: the watch of ${resource.plural} ended as soon as it had begun`);
}
