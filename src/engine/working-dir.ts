import { quote } from "../text/quote.ts";
import { occupantOf } from "./mount.ts";
import { placeOf, samePlace } from "./same-place.ts";
import { type Turn } from "./turn.ts";

/** Tells of a working directory that the container runtime will make as root although the step runs as another user. */
export function tellWorkingDir(turn: Turn): void {
  const { container, path } = turn.scene.step;
  const directory = turn.draft.read([...path, "workingDir"]);
  const user = turn.draft.read(["spec", "securityContext", "runAsUser"]);
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

/** Writes the mount's own place for a working directory inside it, which some container runtimes do not make. */
export function startInMount(turn: Turn, mountPath: string, rule: string): void {
  const { step } = turn.scene;
  const field = [...step.path, "workingDir"];
  const directory = turn.draft.read(field);
  if (typeof directory !== "string" || occupantOf(turn, step, { name: "", mountPath }) === "free") return;
  if (samePlace(directory, mountPath)) turn.draft.hold(field, { rule });
  if (!directory.startsWith("/") || !placeOf(directory).startsWith(`${placeOf(mountPath)}/`)) return;
  turn.draft.write(field, mountPath, { rule });
  const message = `was ${quote(directory)}, which lies inside the workspace: the step starts where that is mounted, and its script goes on from there`;
  turn.findOfPolicy("working-dir-moved", field, { message, rule });
}
