import { type Container } from "../kubernetes/pod.ts";
import { formatPath } from "../text/path.ts";
import { quote } from "../text/quote.ts";
import { foreignMount } from "./foreign-mount.ts";
import { ownWorkspace } from "./own-workspace.ts";
import { samePlace } from "./same-place.ts";
import { type Scene } from "./scene.ts";
import { pathOfCreator, pathOfPolicy, USUAL_WORKSPACE_PATH } from "./workspace-path.ts";

// What Woodpecker's server and agent put into a plugin's environment; everything else is of the step's making.
const SERVER_VARIABLE = /^(CI|CI_.*|DRONE.*|PLUGIN_.*)$/;

// No release of the agent writes any of them.
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];
const HOOKS = ["postStart", "preStop"];
const COMMANDS = [
  ...PROBES.map((probe) => [probe, "exec"]),
  ...HOOKS.map((hook) => ["lifecycle", hook, "exec"]),
];
const SHELLS = ["stdin", "tty"];

/**
 * What makes a container more than a plugin: an image for building plus a script would own the node. A script is whatever
 * the image does not bring along itself and is run, or may stand where the image looks for what it runs.
 */
export function scriptObjection(scene: Scene): string | undefined {
  const { step, pod, policy } = scene;
  const said = objectionToCommands(step.container) ?? objectionToEnvironment(scene);
  if (said !== undefined) return said;
  if (scene.asks.has("volumes")) return "and this step asks for volumes";
  // What the Pod of a creator who is trusted has beside the step's asking is the creator's word.
  const mount = policy.trustPod ? undefined : foreignMount(step.container, pod, policy);
  if (mount !== undefined) return `and this step has something mounted at ${quote(mount.mountPath)}`;
  return objectionToWorkspace(scene);
}

/** What other steps write there must not stand where the image looks for what it runs. */
function objectionToWorkspace({ pod, policy }: Scene): string | undefined {
  const path = pathOfCreator(pod, policy);
  if (path === undefined || ownWorkspace(pod, policy) === undefined) return undefined;
  const isUsual = [USUAL_WORKSPACE_PATH, pathOfPolicy(policy)].some((usual) => samePlace(usual, path));
  return isUsual ? undefined : `and the workspace of this step is mounted at ${quote(path)}`;
}

function objectionToCommands(container: Container): string | undefined {
  const { command = [], args = [] } = container;
  if (command.length + args.length > 0) return "and this step has commands";
  const run = COMMANDS.find((path) => isThere(container, path));
  if (run !== undefined) return `and this step has the command ${formatPath(run)}`;
  const isTyped = SHELLS.some((field) => container[field] === true);
  return isTyped ? "and this step can be typed into (stdin, tty)" : undefined;
}

function objectionToEnvironment({ step, asks, policy: { environment } }: Scene): string | undefined {
  const { env = [] } = step.container;
  const own = env.find((one) => !SERVER_VARIABLE.test(one.name) && !environment.owns(one));
  if (own !== undefined) return `and this step has the environment variable ${quote(own.name)}`;
  const takesSecrets = asks.has("secrets") || hasSecretsOfItsOwn(step.container, environment.secrets);
  return takesSecrets ? "and this step takes its environment from secrets" : undefined;
}

function isThere(container: Container, path: readonly string[]): boolean {
  let value: unknown = container;
  for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value !== undefined && value !== null;
}

function hasSecretsOfItsOwn({ envFrom = [] }: Container, policys: ReadonlySet<string>): boolean {
  return envFrom.some((source) => {
    const reference = source["secretRef"] as { name?: string } | undefined;
    return reference?.name === undefined || !policys.has(reference.name);
  });
}
