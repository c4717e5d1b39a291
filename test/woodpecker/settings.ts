import { parse } from "yaml";

import { type Era, type Settings, type Toleration } from "#test/woodpecker/step.ts";

/** Common beginning of the agent's settings. */
export const PREFIX = "WOODPECKER_BACKEND_K8S_";

/** The agent's settings, read, with the defaults of its release. */
export interface Agent {
  readonly namespace: string;
  readonly namespacePerOrganization: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly labelsFromStep: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly annotationsFromStep: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeSelectorFromStep: boolean;
  readonly tolerations: readonly Toleration[];
  readonly tolerationsFromStep: boolean;
  readonly affinity?: object;
  readonly affinityFromStep: boolean;
  readonly serviceAccountNameFromStep: boolean;
  readonly secretsFromStep: boolean;
  readonly pullSecrets: readonly string[];
  readonly runAsNonRoot: boolean;
  readonly fsGroup?: number;
  readonly priorityClassName: string;
  readonly permissionInitImage: string;
}

// What an agent reads only from 3.9 to 3.17 on; an older one behaves as if the step's word held.
const beforeTheGates = {
  namespacePerOrganization: false,
  nodeSelectorFromStep: true,
  tolerations: [],
  tolerationsFromStep: true,
  affinityFromStep: false,
  serviceAccountNameFromStep: true,
  priorityClassName: "",
  permissionInitImage: "",
} as const satisfies Partial<Agent>;

/** What an agent of the era makes of its ConfigMap (woodpecker.md section 3). */
export function readSettings(era: Era, settings: Settings): Agent {
  const text = (key: string, absent = ""): string => settings[PREFIX + key] ?? absent;
  const flag = (key: string, absent: boolean): boolean => readFlag(settings[PREFIX + key], absent);
  return {
    namespace: text("NAMESPACE", "woodpecker"),
    labels: readStringMap(text("POD_LABELS")),
    labelsFromStep: flag("POD_LABELS_ALLOW_FROM_STEP", false),
    annotations: readStringMap(text("POD_ANNOTATIONS")),
    annotationsFromStep: flag("POD_ANNOTATIONS_ALLOW_FROM_STEP", false),
    nodeSelector: readStringMap(text("POD_NODE_SELECTOR")),
    secretsFromStep: flag("ALLOW_NATIVE_SECRETS", false),
    // Before 3.0 an empty text does not empty the list either.
    pullSecrets: readList(text("PULL_SECRET_NAMES") || (era === "2.8" ? "regcred" : "")),
    runAsNonRoot: flag("SECCTX_NONROOT", false),
    ...(era === "3.17" ? readLaterSettings(text, flag) : beforeTheGates),
    ...(era !== "2.8" && { fsGroup: 1000 }),
  };
}

function readLaterSettings(
  text: (key: string, absent?: string) => string,
  flag: (key: string, absent: boolean) => boolean,
) {
  const affinity = readObject(text("POD_AFFINITY"));
  return {
    namespacePerOrganization: flag("NAMESPACE_PER_ORGANIZATION", false),
    nodeSelectorFromStep: flag("POD_NODE_SELECTOR_ALLOW_FROM_STEP", false),
    tolerations: readTolerations(text("POD_TOLERATIONS")),
    tolerationsFromStep: flag("POD_TOLERATIONS_ALLOW_FROM_STEP", true),
    ...(affinity && { affinity }),
    affinityFromStep: flag("POD_AFFINITY_ALLOW_FROM_STEP", false),
    serviceAccountNameFromStep: flag("SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP", false),
    priorityClassName: text("PRIORITY_CLASS"),
    permissionInitImage: text("PERMISSION_INIT_IMAGE", "busybox:stable-musl"),
  };
}

/** Where the agent puts the Pods of an organisation. */
export const namespaceOf = (agent: Agent, organisation = 0): string =>
  agent.namespacePerOrganization ? `${agent.namespace}-${organisation}`.toLowerCase() : agent.namespace;

// Go's strconv.ParseBool; an empty text is false.
const readFlag = (text: string | undefined, absent: boolean): boolean =>
  text === undefined ? absent : ["1", "t", "T", "true", "TRUE", "True"].includes(text);

const readObject = (text: string): object | undefined => (parse(text) as object | null) ?? undefined;

const readStringMap = (text: string): Record<string, string> =>
  Object.fromEntries(Object.entries(readObject(text) ?? {}).map(([key, value]) => [key, String(value)]));

const readTolerations = (text: string): Toleration[] => (parse(text) as Toleration[] | null) ?? [];

const readList = (text: string): string[] => (text === "" ? [] : text.split(",").map((item) => item.trim()));
