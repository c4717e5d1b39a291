import { labelValue, parsePodName, parseStepLabel } from "#test/woodpecker/names.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Pod } from "#test/woodpecker/pod.ts";
import { type Agent } from "#test/woodpecker/settings.ts";
import {
  type Case,
  type Context,
  type Era,
  type Options,
  type Scalar,
  type Step,
} from "#test/woodpecker/step.ts";

/** Beginning of the keys that only the server may put on a workflow; the backend's test has no slash either. */
const SERVER_PREFIX = "woodpecker-ci.org";
const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

/** `metadata` as the backend writes it: the agent's keys beat the step's, the backend's own beat both. */
export function buildMetadata(
  asked: Omit<Case, "settings">,
  agent: Agent,
  namespace: string,
): Pod["metadata"] {
  const { era, step, options, context } = asked;
  const name = podName(era, step, context);
  return {
    name,
    namespace,
    labels: {
      ...workflowLabels(era, step, agent.labelsFromStep),
      ...(agent.labelsFromStep && texts(options.labels)),
      ...agent.labels,
      ...ownLabels(era, step, context),
    },
    ...omitEmpty<Pick<Pod["metadata"], "annotations">>({
      annotations: {
        ...(agent.annotationsFromStep && texts(options.annotations)),
        ...agent.annotations,
        ...(era === "2.8" && apparmorAnnotation(name, options)),
      },
    }),
  };
}

/** `metadata` of a Pod whose creator knows the step, but neither settings nor options. */
export const minimalMetadata = (
  era: Era,
  step: Step,
  context: Context,
  namespace: string,
): Pod["metadata"] => ({
  name: podName(era, step, context),
  namespace,
  labels: { ...workflowLabels(era, step, false), ...ownLabels(era, step, context) },
});

/** The name of Pod and container. */
export const podName = (era: Era, step: Step, context: Context): string =>
  context.podName ?? parsePodName(era, step);

/** The labels that a workflow gives itself; they pass the same gate as a step's. */
export const userLabels = (era: Era, step: Step): Record<string, string> =>
  labelsOf(era, step, (key) => !isServerKey(key));

/** A map as the agent decodes it: every scalar a text, and a boolean a digit. */
export const texts = (map: Readonly<Record<string, Scalar>> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(map ?? {}).map(([key, value]) => [
      key,
      typeof value === "boolean" ? String(Number(value)) : String(value),
    ]),
  );

function workflowLabels(era: Era, step: Step, open: boolean): Record<string, string> {
  return { ...serverLabels(era, step), ...(open && userLabels(era, step)) };
}

const serverLabels = (era: Era, step: Step): Record<string, string> => labelsOf(era, step, isServerKey);

function labelsOf(era: Era, step: Step, chosen: (key: string) => boolean): Record<string, string> {
  const labels = era === "3.17" ? Object.entries(step.workflow_labels ?? {}) : [];
  return Object.fromEntries(
    labels.filter(([key]) => chosen(key)).map(([key, value]) => [key, labelValue(value)]),
  );
}

const isServerKey = (key: string): boolean => key.startsWith(SERVER_PREFIX);

function ownLabels(era: Era, step: Step, context: Context): Record<string, string> {
  const label = parseStepLabel(era, step.name);
  return {
    ...(step.type === "service" && { service: podName(era, step, context) }),
    step: label,
    ...(era === "3.17" && { "woodpecker-ci.org/step": label }),
    ...(era === "3.17" && context.taskUUID !== "" && { "woodpecker-ci.org/task-uuid": context.taskUUID }),
  };
}

function apparmorAnnotation(container: string, options: Options): Record<string, string> {
  const { type, localhostProfile = "" } = options.securityContext?.apparmorProfile ?? {};
  const key = APPARMOR_ANNOTATION + container;
  if (type === "RuntimeDefault") return { [key]: "runtime/default" };
  return type === "Localhost" ? { [key]: `localhost/${localhostProfile}` } : {};
}
