import { workspaceEntries } from "#test/woodpecker/backend.ts";
import { userLabels } from "#test/woodpecker/metadata.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { mayBeRoot } from "#test/woodpecker/security-context.ts";
import { type Agent, PREFIX, readSettings } from "#test/woodpecker/settings.ts";
import { type Case, type Settings } from "#test/woodpecker/step.ts";

/** Sections of a policy that a setting opens to steps or closes, and what the agent makes of it. */
const settingGates = {
  labels: ["POD_LABELS_ALLOW_FROM_STEP", "labelsFromStep"],
  annotations: ["POD_ANNOTATIONS_ALLOW_FROM_STEP", "annotationsFromStep"],
  secrets: ["ALLOW_NATIVE_SECRETS", "secretsFromStep"],
  nodeSelector: ["POD_NODE_SELECTOR_ALLOW_FROM_STEP", "nodeSelectorFromStep"],
  tolerations: ["POD_TOLERATIONS_ALLOW_FROM_STEP", "tolerationsFromStep"],
  affinity: ["POD_AFFINITY_ALLOW_FROM_STEP", "affinityFromStep"],
  serviceAccountName: ["SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP", "serviceAccountNameFromStep"],
} as const satisfies Readonly<Record<string, readonly [string, keyof Agent]>>;

/**
 * The gates of the era as a `policy.yaml`, as far as the agent's own settings say nothing: with both, a policy grants a
 * step what the backend does. Privileged mode and the ids 0 depend on the step, so the document is for this case alone.
 */
export function gates(
  asked: Case,
  agent = readSettings(asked.era, asked.settings),
): Readonly<Record<string, unknown>> {
  const { era, step, settings, options } = asked;
  const field = era !== "2.8";
  return {
    version: "v1",
    ...unsaid(settings, agent),
    resources: { fromStep: true },
    runtimeClassName: { fromStep: true },
    hostUsers: { fromStep: era === "3.17" },
    volumes: { fromStep: true },
    securityContext: {
      ...(agent.fsGroup !== undefined && { default: { fsGroup: agent.fsGroup } }),
      fromStep: {
        privileged: step.privileged === true,
        root: mayBeRoot(era, step, options),
        seccompProfiles: ["*", "Unconfined"],
        // The annotation is only written for the two other types.
        apparmorProfiles: field ? ["*", "Unconfined"] : ["*"],
      },
      apparmor: field ? "field" : "annotation",
    },
    // Before 3.0 there is one even where nobody asked for it.
    ...(isEmpty(settings, "PULL_SECRET_NAMES") &&
      agent.pullSecrets.length > 0 && { imagePullSecrets: { set: agent.pullSecrets } }),
  };
}

/**
 * What stands in the annotation: the step's options, its volumes but the workspace, and its workflow's own labels. The
 * last two are no backend options in Woodpecker, but the agent's settings or a step's word decide about them, too.
 */
export function annotation({ era, step, options }: Case): string {
  const workspace = workspaceEntries(step);
  return JSON.stringify({
    ...options,
    ...omitEmpty<object>({
      volumes: step.volumes?.filter((entry) => !workspace.includes(entry)),
      labels: { ...userLabels(era, step), ...options.labels },
    }),
  });
}

function unsaid(settings: Settings, agent: Agent): Record<string, { fromStep: boolean }> {
  const open = Object.entries(settingGates).filter(([, [key]]) => isEmpty(settings, key));
  return Object.fromEntries(open.map(([section, [, gate]]) => [section, { fromStep: agent[gate] }]));
}

const isEmpty = (settings: Settings, key: string): boolean => (settings[PREFIX + key] ?? "") === "";
