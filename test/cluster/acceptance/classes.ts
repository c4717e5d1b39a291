import { type Pod } from "#src/kubernetes/pod.ts";

/** An object of the cluster, and the path where it is made. */
export interface ClusterObject {
  readonly path: string;
  readonly object: { readonly metadata: { readonly name: string } };
}

// Not 0, which is what a Pod of no class has.
const SOME_PRIORITY = 7;

/** The PriorityClasses and RuntimeClasses that the Pods name, with the numbers that the Pods bear. */
export const classesOf = (pods: readonly Pod[]): ClusterObject[] => [
  ...namesIn(pods, "priorityClassName").map((name) => priorityClass(name, pods)),
  ...namesIn(pods, "runtimeClassName").map((name) => runtimeClass(name, pods)),
];

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
  const overhead = bearer === undefined ? {} : { overhead: { podFixed: bearer.spec.overhead } };
  const path = "/apis/node.k8s.io/v1/runtimeclasses";
  return { path, object: { metadata: { name }, ...{ handler: "runc" }, ...overhead } };
}
