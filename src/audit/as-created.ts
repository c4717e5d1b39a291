import { MIRROR } from "../engine/annotations.ts";
import { type Pod } from "../kubernetes/pod.ts";

// What the API server's storage writes: https://kubernetes.io/docs/reference/using-api/api-concepts/
const OF_STORAGE = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

const STATUS = new Set(["status"]);

// What the scheduler binds, and whoever debugs adds.
const OF_LATER = new Set(["ephemeralContainers", "nodeName"]);

// Copied from the node when a Pod is bound to it:
// https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podtopologylabels
const OF_NODE = new Set(["topology.kubernetes.io/region", "topology.kubernetes.io/zone"]);

/** Whether a Pod was read from a cluster: only an API server gives a uid. */
export const isLive = ({ metadata }: Pod): boolean => typeof metadata?.["uid"] === "string";

/** A live Pod without what it did not have yet when its creation was reviewed: what storage, scheduler, kubelets and later
 * requests wrote. The Pod that came in is never edited. */
export function asCreated(pod: Pod): Pod {
  const rest = without(pod, STATUS);
  const { metadata = {}, spec } = rest;
  // Nobody but a kubelet creates a Pod of a node; a mirror is known by it.
  if (isMirror(pod)) return rest;
  const isBound = spec["nodeName"] !== undefined;
  return {
    ...rest,
    metadata: withoutNodeLabels(without(metadata, OF_STORAGE), isBound),
    spec: without(spec, OF_LATER),
  };
}

/** Whether a live Pod only shows what a kubelet runs by itself. */
export const isMirror = ({ metadata }: Pod): boolean => MIRROR in (metadata?.annotations ?? {});

function withoutNodeLabels(metadata: Metadata, isBound: boolean): Metadata {
  const { labels } = metadata;
  return isBound && labels !== undefined ? { ...metadata, labels: without(labels, OF_NODE) } : metadata;
}

type Metadata = NonNullable<Pod["metadata"]>;

const without = <Value extends object>(map: Value, keys: ReadonlySet<string>): Value =>
  // What is left out is optional everywhere.
  Object.fromEntries(Object.entries(map).filter(([key]) => !keys.has(key))) as Value;
