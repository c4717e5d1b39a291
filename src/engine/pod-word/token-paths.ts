import { lastingContainers } from "../../kubernetes/containers.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { tokenVolumes } from "../../kubernetes/token-volume.ts";
import { type Path } from "../../text/path.ts";

/** The Pod's token volumes and their mounts: they go with the account, and the API server's second run puts in the right ones. */
export function tokenPaths(pod: Pod): Path[] {
  const indices = tokenVolumes(pod);
  const names = new Set(indices.map((index) => pod.spec.volumes?.[index]?.name));
  return [...mountPaths(pod, names), ...indices.map((index) => ["spec", "volumes", index])];
}

function mountPaths(pod: Pod, names: ReadonlySet<string | undefined>): Path[] {
  return lastingContainers(pod).flatMap(({ container, path }) =>
    (container.volumeMounts ?? []).flatMap(({ name }, index) =>
      names.has(name) ? [[...path, "volumeMounts", index]] : [],
    ),
  );
}
