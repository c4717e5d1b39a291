import { BACKEND_OPTIONS, PLATFORM, WORKSPACE_PATH } from "../engine/annotations.ts";
import { dnsLabelFrom, toLabelValue } from "../kubernetes/names.ts";
import { type Container, type EnvVar, type Pod } from "../kubernetes/pod.ts";
import { type Problem, type Position } from "../text/problem.ts";
import { type RunFacts, stepEnvironment } from "./step-environment.ts";
import { stepOptions } from "./step-options.ts";
import { scriptContainer } from "./script.ts";
import { type Step } from "./step.ts";
import { workspaceOf, type Workspace } from "./workspace.ts";

/** The Pod of a step, minimal: what the step asks stands in an annotation. */
export interface StepPod {
  readonly step: Step;
  readonly pod: Pod;
  /** Where in the workflow a part of the annotation comes from. */
  readonly placeOf: (position: Position) => Position;
  readonly notes: readonly Problem[];
}

/** What is the same for all steps of a run. */
export interface RunSetting {
  readonly facts: RunFacts;
  readonly workspace: Workspace;
  /** Which combination of the matrix it is, from 1; 0 where there is no more than one. */
  readonly number: number;
  readonly workflow: string;
}

// https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/pipeline/const.go: the labels that have a variable.
const LABELS: Readonly<Record<string, string>> = {
  "woodpecker-ci.org/forge-id": "CI_FORGE_TYPE",
  "woodpecker-ci.org/repo-forge-id": "CI_REPO_REMOTE_ID",
  "woodpecker-ci.org/repo-name": "CI_REPO_NAME",
  "woodpecker-ci.org/repo-full-name": "CI_REPO",
  "woodpecker-ci.org/branch": "CI_REPO_DEFAULT_BRANCH",
  "woodpecker-ci.org/commit-branch": "CI_COMMIT_BRANCH",
  "woodpecker-ci.org/event": "CI_PIPELINE_EVENT",
};

/** Makes the Pod that an agent would create of a step, if it left to Podpecker what the step asks. */
export function createStepPod(step: Step, setting: RunSetting): StepPod {
  const options = stepOptions(step);
  const name = podName(step, setting.number);
  const platform = setting.facts.variables.get("CI_SYSTEM_PLATFORM");
  const { mountPath } = workspaceOf(step.entry, setting.workspace);
  const annotations = {
    ...(options.text === undefined ? {} : { [BACKEND_OPTIONS]: options.text }),
    ...(platform === undefined ? {} : { [PLATFORM]: platform }),
    ...(mountPath === undefined ? {} : { [WORKSPACE_PATH]: mountPath }),
  };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: labelsOf(step, name, setting),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      restartPolicy: "Never",
      containers: [containerOf(step, name, setting)],
      ...networkOf(step),
    },
  };
  return { step, pod, placeOf: options.placeOf, notes: options.notes };
}

/** Woodpecker's names have an identifier of the run in the place of the step's name. */
function podName({ name, kind }: Step, number: number): string {
  const prefix = kind === "service" ? "wp-svc" : "wp";
  return dnsLabelFrom(`${prefix}-${name}${number === 0 ? "" : `-${number}`}`);
}

function labelsOf(step: Step, name: string, setting: RunSetting): Record<string, string> {
  const { facts, number, workflow } = setting;
  const known = Object.entries(LABELS).flatMap(([label, variable]) => {
    const value = facts.variables.get(variable);
    return value === undefined ? [] : [[label, toLabelValue(value)] as const];
  });
  const called = toLabelValue(step.name);
  return {
    ...(step.kind === "service" ? { service: name } : {}),
    step: called,
    ...Object.fromEntries(known),
    ...(facts.repoId === undefined ? {} : { "woodpecker-ci.org/repo-id": facts.repoId }),
    "woodpecker-ci.org/step": called,
    "woodpecker-ci.org/task-uuid": toLabelValue(`${workflow}${number === 0 ? "" : `-${number}`}`),
  };
}

function containerOf(step: Step, name: string, { facts, workspace }: RunSetting): Container {
  const { image, pull = false, ports = [] } = step.entry;
  const { files, directory, workingDir } = workspaceOf(step.entry, workspace);
  const { command, env } = whatRuns(step, directory);
  const secretName = `${name}-step-secret`;
  return {
    name,
    image,
    ...(pull ? { imagePullPolicy: "Always" } : {}),
    ...(command === undefined ? {} : { command }),
    workingDir,
    env: lastOfEach([
      { name: "CI_WORKSPACE", value: files },
      ...stepEnvironment(step, facts, secretName),
      ...env,
    ]),
    ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
  };
}

/** The commands of a step, and the entrypoint that goes before them; a plugin has neither. */
function whatRuns({ entry }: Step, directory: string): { command?: string[]; env: readonly EnvVar[] } {
  const { commands = [], entrypoint = [] } = entry;
  const script = commands.length === 0 ? { env: [] } : scriptContainer(commands, directory);
  return entrypoint.length === 0 ? script : { ...script, command: entrypoint };
}

/** Of variables with one name the last one holds. */
function lastOfEach(env: readonly EnvVar[]): EnvVar[] {
  return [...new Map(env.map((variable) => [variable.name, variable])).values()];
}

function portOf(text: string): Record<string, unknown> {
  const [number = "", protocol] = text.split("/");
  return {
    containerPort: Number(number),
    ...(protocol === undefined ? {} : { protocol: protocol.toUpperCase() }),
  };
}

function networkOf({ entry }: Step): Pick<Pod["spec"], "hostAliases" | "dnsConfig"> {
  const { extra_hosts: hosts = [], dns = [], dns_search: searches = [] } = entry;
  const hostAliases = hosts.map((host) => {
    const at = host.indexOf(":");
    return { ip: host.slice(at + 1), hostnames: [host.slice(0, at)] };
  });
  const dnsConfig = {
    ...(dns.length === 0 ? {} : { nameservers: dns }),
    ...(searches.length === 0 ? {} : { searches }),
  };
  return {
    ...(hostAliases.length === 0 ? {} : { hostAliases }),
    ...(Object.keys(dnsConfig).length === 0 ? {} : { dnsConfig }),
  };
}
