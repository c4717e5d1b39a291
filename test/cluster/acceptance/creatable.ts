import { APPARMOR_PREFIX } from "#src/engine/annotations.ts";
import { type Container, type Pod } from "#src/kubernetes/pod.ts";

// What the API server's plugins write, or no creator may.
const NOT_A_CREATORS = ["ephemeralContainers", "serviceAccount", "priority", "preemptionPolicy", "overhead"];

/** A generated Pod, which is one that a webhook may see on any occasion, made into one that a creator can send. */
export function creatable(generated: Pod): Pod {
  const pod = structuredClone(generated);
  const { spec } = pod;
  for (const field of NOT_A_CREATORS) Reflect.deleteProperty(spec, field);
  if (spec.priorityClassName !== undefined)
    Object.assign(spec, { priority: 1000, preemptionPolicy: "Never" });
  if (spec.runtimeClassName !== undefined) spec.overhead = { cpu: "1" };
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  for (const container of containers) container.image ??= "alpine:3";
  spec.volumes = [...(spec.volumes ?? []), ...missingVolumes(spec.volumes, containers)];
  for (const toleration of spec.tolerations ?? []) omitEmpty(toleration);
  return { ...pod, metadata: { generateName: "wp-", ...pod.metadata, annotations: annotationsOf(pod) } };
}

function missingVolumes(
  volumes: Pod["spec"]["volumes"] = [],
  containers: readonly Container[],
): { name: string; emptyDir: object }[] {
  const mounted = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const missing = mounted.filter((name) => !volumes.some((volume) => volume.name === name));
  return [...new Set(missing)].map((name) => ({ name, emptyDir: {} }));
}

/** As a client of Kubernetes writes it. */
function omitEmpty(object: object): void {
  for (const [key, value] of Object.entries(object)) if (value === "") Reflect.deleteProperty(object, key);
}

/** Without what is no AppArmor profile. */
function annotationsOf({ metadata }: Pod): Record<string, string> {
  const annotations = Object.entries(metadata?.annotations ?? {});
  return Object.fromEntries(
    annotations.filter(([key, value]) => !key.startsWith(APPARMOR_PREFIX) || value === "unconfined"),
  );
}
