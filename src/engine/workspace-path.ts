import { type Pod } from "../kubernetes/pod.ts";
import { annotationIgnored } from "./annotation-ignored.ts";
import { WORKSPACE_PATH } from "./annotations.ts";
import { type Finding } from "./finding.ts";
import { type EffectivePolicy } from "./policy.ts";
import { isMountPath } from "./volume-schema.ts";
import { workflowOf } from "./workflow.ts";
import { MOUNT_PATH } from "./workspace-schema.ts";

/** Where Woodpecker mounts a workspace of which nobody says more; that of a plugin, whatever anybody says. */
export const USUAL_WORKSPACE_PATH = "/woodpecker";

/** Where a policy has workspaces mounted. */
export const pathOfPolicy = ({ workspace }: EffectivePolicy): string =>
  workspace?.path ?? USUAL_WORKSPACE_PATH;

/** Where the Pod's creator wants the workspace, as far as the policy trusts annotations. */
export const pathOfCreator = (
  { metadata }: Pod,
  { trustAnnotations }: EffectivePolicy,
): string | undefined => (trustAnnotations ? metadata?.annotations?.[WORKSPACE_PATH] : undefined);

/** Where the workspace of the Pod goes, nothing where its creator names no place for a mount; and what is worth a word. */
export function readWorkspacePath(
  pod: Pod,
  policy: EffectivePolicy,
): { readonly path?: string; readonly findings: readonly Finding[] } {
  if (policy.workspace === undefined) return { path: USUAL_WORKSPACE_PATH, findings: [] };
  const findings = ignoredIn(pod, policy).map((key) => annotationIgnored(key, policy));
  const path = pathOfCreator(pod, policy) ?? pathOfPolicy(policy);
  if (isMountPath(path)) return { path, findings };
  const message = `is not ${MOUNT_PATH}`;
  const place = ["metadata", "annotations", WORKSPACE_PATH];
  return { findings: [...findings, { code: "malformed-workspace-path", path: place, asked: path, message }] };
}

/** The annotations about its workspace that the Pod has in vain. */
function ignoredIn(pod: Pod, { trustAnnotations }: EffectivePolicy): string[] {
  if (trustAnnotations) return [];
  const workflow = workflowOf(pod)?.path ?? [];
  const isSaid = pod.metadata?.annotations?.[WORKSPACE_PATH] !== undefined;
  return [
    ...(workflow[1] === "annotations" ? [String(workflow[2])] : []),
    ...(isSaid ? [WORKSPACE_PATH] : []),
  ];
}
