import { type Pod } from "#src/kubernetes/pod.ts";

/** An object of the cluster, and the path where it is made. */
export interface ClusterObject {
  readonly path: string;
  readonly object: { readonly metadata: { readonly name: string } };
}

// Such classes are there in every cluster, and nobody may make them.
const BUILT_IN = "system-";

// What no Pod has that names no class, or another one.
const SOME_PRIORITY = 7;
const SOME_OVERHEAD = { cpu: "7m" };

/**
 * The PriorityClasses and RuntimeClasses that are named, by Pods as they come and by what is made of them, with the
 * numbers that the former bear: what is left of them in the latter must not come true by itself.
 */
export function classesOf(pods: readonly Pod[], results: readonly Pod[]): ClusterObject[] {
  const all = [...pods, ...results];
  return [
    ...namesIn(all, "priorityClassName")
      .filter((name) => !name.startsWith(BUILT_IN))
      .map((name) => priorityClass(name, pods)),
    ...namesIn(all, "runtimeClassName").map((name) => runtimeClass(name, pods)),
  ];
}

/** The names in a field of the Pods, each once. */
export function namesIn(
  pods: readonly Pod[],
  field: "serviceAccountName" | "priorityClassName" | "runtimeClassName",
): string[] {
  return [...new Set(pods.map(({ spec }) => spec[field]))].filter((name) => name !== undefined);
}

function priorityClass(name: string, pods: readonly Pod[]): ClusterObject {
  const bearer = pods.find(({ spec }) => spec.priorityClassName === name && spec.priority !== undefined);
  const { priority: value = SOME_PRIORITY, preemptionPolicy = "PreemptLowerPriority" } = bearer?.spec ?? {};
  const path = "/apis/scheduling.k8s.io/v1/priorityclasses";
  return { path, object: { metadata: { name }, ...{ value, preemptionPolicy } } };
}

function runtimeClass(name: string, pods: readonly Pod[]): ClusterObject {
  const bearer = pods.find(({ spec }) => spec.runtimeClassName === name && spec.overhead !== undefined);
  const overhead = { podFixed: bearer?.spec.overhead ?? SOME_OVERHEAD };
  const path = "/apis/node.k8s.io/v1/runtimeclasses";
  return { path, object: { metadata: { name }, ...{ handler: "runc", overhead } } };
}
