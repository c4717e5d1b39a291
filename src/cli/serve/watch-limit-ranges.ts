import { type ApiObject } from "../../adapters/cluster/api-object.ts";
import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { watchObjects } from "../../adapters/cluster/watch-objects.ts";
import { LimitRange } from "../../kubernetes/limit-range.ts";
import { byNamespace } from "../../kubernetes/limit-ranges.ts";
import { type Reports } from "./reports.ts";

/** The LimitRanges of a cluster, kept up to date. */
export interface LimitRangesInForce {
  /** Those of a namespace, from memory; nothing where nobody knows of any. */
  readonly of: (namespace: string) => readonly LimitRange[] | undefined;
  /** What is missing before Pods can be decided about, as a sentence. */
  readonly missing: () => readonly string[];
  readonly close: () => void;
}

/** Follows the LimitRanges of all namespaces; where policies are files alone, there is no cluster to follow them in. */
export function watchLimitRanges(
  cluster: Cluster | undefined,
  { clusterProblem, defect }: Pick<Reports, "clusterProblem" | "defect">,
): LimitRangesInForce {
  if (cluster === undefined) return { of: () => undefined, missing: () => [], close: () => undefined };
  let known = byNamespace([]);
  let isRead = false;
  const read = createReader((error) => {
    defect({ error });
  });
  const watch = watchObjects(
    cluster,
    { resource: resources.limitRanges },
    {
      onChange: (objects) => {
        known = byNamespace([...objects.values()].flatMap((object) => read(object) ?? []));
      },
      onSynced: () => {
        isRead = true;
      },
      onProblem: clusterProblem("limitranges"),
      onDefect: (error) => {
        defect({ error });
      },
    },
  );
  return {
    of: (namespace) => known.get(namespace) ?? [],
    missing: () => (isRead ? [] : ["the LimitRanges of the cluster are not read yet"]),
    close: watch.close,
  };
}

/** Reads each version of an object once; of one that has no such shape, which no API server keeps, the others do not depend. */
function createReader(onDefect: (error: Error) => void): (object: ApiObject) => LimitRange | undefined {
  const read = new WeakMap<ApiObject, { readonly limitRange?: LimitRange }>();
  return (object) => {
    const known = read.get(object);
    if (known !== undefined) return known.limitRange;
    const { data, error } = LimitRange.safeParse(object);
    if (error !== undefined) onDefect(error);
    read.set(object, data === undefined ? {} : { limitRange: data });
    return data;
  };
}
