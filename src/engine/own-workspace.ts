import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { type Pod, type Volume } from "../kubernetes/pod.ts";
import { type EffectivePolicy } from "./policy.ts";
import { type VolumeSource } from "./volume-name.ts";
import { workflowOf } from "./workflow.ts";
import { workspaceClaimName } from "./workspace-claim-name.ts";
import { type Workspace } from "./workspace-schema.ts";
import { workspaceTerms, type WorkspaceTerms } from "./workspace-terms.ts";

/** The workspace that a policy has for one Pod, wherever it is mounted. */
export interface OwnWorkspace {
  /** What the volume is called, and the claim, if it is one. */
  readonly name: string;
  readonly source: VolumeSource;
  /** Of a claim, which the Pods of the workflow share. */
  readonly terms?: WorkspaceTerms;
}

/** The workspace of the Pod's workflow; nothing where the policy has none, or nobody that it trusts says which workflow. */
export function ownWorkspace(pod: Pod, policy: EffectivePolicy): OwnWorkspace | undefined {
  const { workspace } = policy;
  if (workspace === undefined || workspace.type === "none") return undefined;
  const workflow = workflowOf(pod);
  if (workflow === undefined || (workflow.path[1] === "annotations" && !policy.trustAnnotations))
    return undefined;
  const name = workspaceClaimName(workflow.id);
  switch (workspace.type) {
    case "emptyDir":
      return { name, source: { emptyDir: emptyDir(workspace) } };
    case "ephemeral":
      return { name, source: { ephemeral: { volumeClaimTemplate: { spec: claimSpec(workspace) } } } };
    default:
      return {
        name,
        source: { persistentVolumeClaim: { claimName: name } },
        terms: workspaceTerms(workspace),
      };
  }
}

/** Whether a volume of the Pod is its workspace. */
export function isWorkspace({ name, ...source }: Volume, own: OwnWorkspace | undefined): boolean {
  if (own === undefined || !sameButForDefaults(source, own.source)) return false;
  // Of a claim the source says which one it is.
  return own.terms !== undefined || name === own.name;
}

const emptyDir = ({ sizeLimit, medium }: Workspace): Record<string, unknown> => ({
  ...(medium === undefined ? {} : { medium }),
  ...(sizeLimit === undefined ? {} : { sizeLimit }),
});

/** One Pod alone mounts it, for which any storage will do. */
function claimSpec({ accessMode = "ReadWriteOnce", ...workspace }: Workspace): Record<string, unknown> {
  const { size, storageClass } = workspaceTerms(workspace);
  return {
    accessModes: [accessMode],
    ...(storageClass === "" ? {} : { storageClassName: storageClass }),
    resources: { requests: { storage: size } },
  };
}
