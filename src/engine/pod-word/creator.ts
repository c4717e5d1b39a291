import { isOwnAnnotation, MIRROR } from "../annotations.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type EffectivePolicy } from "../policy.ts";
import { RESERVED_LABELS } from "../reserved-keys.ts";
import { TASK } from "../workflow.ts";

const WOODPECKER = "woodpecker-ci.org/";

// What Woodpecker's compiler calls a workflow: `wp_<ulid>_<id>`, of which the agent makes DNS names.
const WORKSPACE = /^wp-[0-9a-z]{26}-([0-9]+)-default$/;
const STEP_POD = /^wp-([0-9a-z]{26})$/;
const SERVICE_POD = /^wp-svc-([0-9a-z]{26})-/;

/** Whether only a creator writes the label; policies of the cluster are chosen by the rest of them, and must be the same the next time. */
export function isCreatorsLabel(key: string, { sparedLabels }: EffectivePolicy): boolean {
  return RESERVED_LABELS.includes(key) || key.startsWith(WOODPECKER) || sparedLabels.has(key);
}

/** Whether the annotation is one that Podpecker, kubectl or LimitRanger reads or writes: what they say is judged where it is read. */
export const isCreatorsAnnotation = (key: string): boolean => isOwnAnnotation(key) && key !== MIRROR;

/** The Secret that the agent makes of a step's own secrets (since 3.9). */
export function stepSecret({ metadata }: Pod): string | undefined {
  return metadata?.name === undefined ? undefined : `${metadata.name}-step-secret`;
}

/** The Secret that the agent makes of a step's registry password (since 3.0); a service's Pod has a longer name. */
export function registrySecret({ metadata }: Pod): string | undefined {
  const name = metadata?.name ?? "";
  const id = (STEP_POD.exec(name) ?? SERVICE_POD.exec(name))?.[1];
  return id === undefined ? undefined : `wp-${id}`;
}

/** The claim that holds the workspace of the Pod's own workflow: the agent names it first. Any other one is another workflow's. */
export function workspaceClaim({ metadata, spec }: Pod): string | undefined {
  const task = metadata?.labels?.[TASK];
  const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: source }) => source?.claimName ?? []);
  return claims.find((claim) => {
    const workflow = WORKSPACE.exec(claim)?.[1];
    return workflow !== undefined && (task ?? workflow) === workflow;
  });
}

/** Whether the claim is one that the agent makes for a workflow, whichever that is. */
export const isAgentsClaim = (claim: string): boolean => WORKSPACE.test(claim);

/** Whether the container is the one that the agent makes the working directory with (since 3.14), by its exact name. */
export function isInitContainer(name: string, { metadata }: Pod): boolean {
  return metadata?.name !== undefined && name === `init-${metadata.name}`;
}
