import { type Turn } from "./turn.ts";

/** Tells of a working directory that the container runtime will make as root although the step runs as another user. */
export function tellWorkingDir(turn: Turn): void {
  const { container, path } = turn.scene.step;
  const user = turn.draft.read(["spec", "securityContext", "runAsUser"]);
  const directory = container["workingDir"];
  if (typeof user !== "number" || user === 0 || typeof directory !== "string") return;
  const mounts = turn.draft.read([...path, "volumeMounts"]);
  const isInside =
    Array.isArray(mounts) &&
    mounts.some(({ mountPath }: { mountPath: string }) => directory.startsWith(`${mountPath}/`));
  const isMade =
    turn.draft.pod.spec.initContainers?.some(({ name }) => name === `init-${container.name}`) ?? false;
  if (isInside && !isMade)
    turn.findOfPolicy("working-dir-not-made", [...path, "workingDir"], {
      message: `lies inside a volume, and user ${user} may not write there until somebody makes it`,
      rule: turn.rule(),
    });
}
