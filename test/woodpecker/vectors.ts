import { readFileSync } from "node:fs";

import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Agent, PREFIX, readSettings } from "#test/woodpecker/settings.ts";
import { type Case, type Era, type Options, type Settings, type Step } from "#test/woodpecker/step.ts";

/** A fact of Woodpecker's own tests. */
export interface Vector {
  readonly id: string;
  readonly eras: readonly Era[];
  readonly kind: string;
  readonly input: {
    readonly value?: string;
    readonly volume?: string;
    readonly step?: Step;
    readonly agentConfig?: AgentConfig;
    readonly backendOptions?: Options;
    readonly podName?: string;
  };
  readonly expected?: unknown;
  readonly expectedError?: { readonly message: string };
  readonly assertions?: readonly Assertion[];
}

/** What a fact says of one field. */
export interface Assertion {
  readonly path: string;
  /** Missing where the field must be. */
  readonly equals?: unknown;
}

/** The Go struct of Woodpecker's tests: what is missing there is Go's zero, not the agent's default. */
interface AgentConfig {
  readonly Namespace?: string;
  readonly ImagePullSecretNames?: readonly string[];
  readonly PodLabels?: object;
  readonly PodLabelsAllowFromStep?: boolean;
  readonly PodAnnotations?: object;
  readonly PodAnnotationsAllowFromStep?: boolean;
  readonly PodNodeSelector?: object;
  readonly SecurityContext?: { readonly RunAsNonRoot?: boolean };
  readonly NativeSecretsAllowFromStep?: boolean;
}

const file = new URL("vectors.json", import.meta.url);

/** The facts, each as often as there are releases that it holds for. */
export const vectors: readonly (Vector & { readonly era: Era })[] = (
  JSON.parse(readFileSync(file, "utf8")) as { readonly vectors: readonly Vector[] }
).vectors.flatMap((vector) => vector.eras.map((era) => ({ ...vector, era })));

/** The fact's input as a case. */
export const caseOf = (era: Era, { step, agentConfig, backendOptions, podName }: Vector["input"]): Case => ({
  era,
  step: step ?? { name: "x", uuid: "x" },
  settings: settingsOf(agentConfig ?? {}),
  options: backendOptions ?? {},
  context: { taskUUID: "", script: "SCRIPT", ...(podName !== undefined && { podName }) },
});

/** The fact's agent. What an agent has by default, a fact has not. */
export const agentOf = ({ settings }: Case): Agent => ({
  // The one release whose agent sets no group for the files.
  ...readSettings("2.8", settings),
  ...(!hasPullSecrets(settings) && { pullSecrets: [] }),
});

/** Whether the agent has pull secrets of its own; the default of 2.8 cannot be switched off by a setting. */
const hasPullSecrets = (settings: Settings): boolean => `${PREFIX}PULL_SECRET_NAMES` in settings;

/** The field at a JSON pointer. */
export const fieldAt = (value: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);

function settingsOf(config: AgentConfig): Settings {
  const settings = omitEmpty<Record<string, string>>({
    NAMESPACE: config.Namespace,
    PULL_SECRET_NAMES: config.ImagePullSecretNames?.join(","),
    POD_LABELS: JSON.stringify(config.PodLabels),
    POD_LABELS_ALLOW_FROM_STEP: config.PodLabelsAllowFromStep?.toString(),
    POD_ANNOTATIONS: JSON.stringify(config.PodAnnotations),
    POD_ANNOTATIONS_ALLOW_FROM_STEP: config.PodAnnotationsAllowFromStep?.toString(),
    POD_NODE_SELECTOR: JSON.stringify(config.PodNodeSelector),
    SECCTX_NONROOT: config.SecurityContext?.RunAsNonRoot?.toString(),
    ALLOW_NATIVE_SECRETS: config.NativeSecretsAllowFromStep?.toString(),
  });
  return Object.fromEntries(Object.entries(settings).map(([key, text]) => [PREFIX + key, text]));
}
