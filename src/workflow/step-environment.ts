import { type EnvVar } from "../kubernetes/pod.ts";
import { isMap } from "../text/is-map.ts";
import { type Axis } from "./matrix.ts";
import { type Parameter, readParameter } from "./parameter.ts";
import { isPlugin } from "./step-entry.ts";
import { type Step } from "./step.ts";
import { PIPELINE_VARIABLES, type PipelineFacts } from "./variables.ts";

const PLATFORM = PIPELINE_VARIABLES.platform;

/** What is known of the run of a workflow beside its text. */
export interface RunFacts extends PipelineFacts {
  readonly axis: Axis;
}

/**
 * The variables of a step's container, as server and agent would set them. The value of a secret is in an object of the
 * step's own, which the agent makes.
 */
export function stepEnvironment({ entry }: Step, facts: RunFacts, secretName: string): EnvVar[] {
  const parameters = parametersOf(entry, facts);
  // The agent says this of itself, whatever a workflow says.
  const platform = facts.variables.get(PLATFORM);
  if (platform === undefined) parameters.delete(PLATFORM);
  else parameters.set(PLATFORM, { value: platform });
  return [...parameters].map(([name, parameter]) =>
    "value" in parameter
      ? { name, value: parameter.value }
      : { name, valueFrom: { secretKeyRef: { name: secretName, key: name } } },
  );
}

function parametersOf(entry: Step["entry"], facts: RunFacts): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  const set = (name: string, value: unknown): void => {
    const parameter = readParameter(value);
    if (name !== "" && parameter !== undefined) parameters.set(name, parameter);
  };
  for (const [name, value] of facts.variables) set(name, value);
  if (!isPlugin(entry)) for (const [name, value] of facts.axis) set(name, value);
  for (const [name, value] of Object.entries(entry.settings ?? {})) set(settingName(name), value);
  for (const [name, value] of environmentEntries(entry.environment)) set(name, value);
  for (const name of secretNames(entry.secrets)) parameters.set(name, { isSecret: true });
  return parameters;
}

const settingName = (name: string): string => `PLUGIN_${name.replaceAll(/[.-]/g, "_").toUpperCase()}`;

/** A list of `NAME=value` is read by servers before 3.0. */
function environmentEntries(environment: Step["entry"]["environment"] = {}): [string, unknown][] {
  if (!Array.isArray(environment)) return Object.entries(environment);
  return environment.map((line): [string, unknown] => {
    const at = line.indexOf("=");
    return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
}

/** The variables of `secrets`, which servers before 3.0 read: names, or maps with a target. */
function secretNames(secrets: unknown): string[] {
  if (!Array.isArray(secrets)) return [];
  return secrets.flatMap((secret: unknown) => {
    const name = isMap(secret) ? (secret["target"] ?? secret["source"]) : secret;
    return typeof name === "string" && name !== "" ? [name.toUpperCase()] : [];
  });
}
