import { type Container, type Pod } from "./pod.ts";

/** The lists of a Pod's spec that hold containers. */
export type ContainerList = "initContainers" | "containers" | "ephemeralContainers";

/** A container and where it stands in its Pod. */
export interface PlacedContainer {
  readonly list: ContainerList;
  readonly path: readonly ["spec", ContainerList, number];
  readonly container: Container;
}

/** Names the container that kubectl takes where nobody names one. */
export const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

/** All containers of a Pod, native sidecars (they are init containers) included; ephemeral ones come last. */
export function allContainers(pod: Pod): PlacedContainer[] {
  return [...lastingContainers(pod), ...placed(pod, "ephemeralContainers")];
}

/** All containers but the ephemeral ones, which may have neither resources nor volumes of their own. */
export function lastingContainers(pod: Pod): PlacedContainer[] {
  return [...placed(pod, "initContainers"), ...placed(pod, "containers")];
}

/**
 * The container that runs the step: the one named like the Pod (Woodpecker's habit), else the one that kubectl takes
 * by default, else the first. The name comes first: an annotation must not choose whose image a policy sees.
 */
export function stepContainer(pod: Pod): PlacedContainer {
  const { containers } = pod.spec;
  const named = (name: string | undefined): Container | undefined =>
    name === undefined ? undefined : containers.find((container) => container.name === name);
  const found =
    named(pod.metadata?.name) ?? named(pod.metadata?.annotations?.[DEFAULT_CONTAINER]) ?? containers[0];
  if (found === undefined) throw new Error("a Pod without containers reached the engine");
  return { list: "containers", path: ["spec", "containers", containers.indexOf(found)], container: found };
}

function placed(pod: Pod, list: ContainerList): PlacedContainer[] {
  return (pod.spec[list] ?? []).map((container, index) => ({
    list,
    path: ["spec", list, index],
    container,
  }));
}
