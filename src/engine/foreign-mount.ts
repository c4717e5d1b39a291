import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { type Container, type Pod, type Volume, type VolumeMount } from "../kubernetes/pod.ts";
import { isTokenVolume } from "../kubernetes/token-volume.ts";
import { type EffectivePolicy } from "./policy.ts";
import { isWorkspace, ownWorkspace } from "./own-workspace.ts";
import { workspaceClaim } from "./pod-word/creator.ts";
import { samePlace } from "./same-place.ts";
import { type SecretRequest } from "./secret-request.ts";
import { type PolicyVolume } from "./volume-schema.ts";
import { pathOfPolicy, USUAL_WORKSPACE_PATH } from "./workspace-path.ts";

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/admission/serviceaccount/admission.go
const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * A mount that is neither the policy's, nor the workspace of the workflow, nor the token of the account, each in its own
 * place: whoever fills the volume, or writes to the workspace, must not put anything in front of what the image runs.
 */
export function foreignMount(
  { volumeMounts = [] }: Container,
  pod: Pod,
  policy: EffectivePolicy,
): VolumeMount | undefined {
  const [workspace, volumes] = [workspaceClaim(pod), pod.spec.volumes ?? []];
  const own = ownWorkspace(pod, policy);
  // Whatever a workflow says of its workspace, the server gives it to plugins there: elsewhere it could hide what their images run.
  const isUsual = (mount: VolumeMount): boolean => isWholeAt(mount, USUAL_WORKSPACE_PATH);
  return volumeMounts.find((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) return true;
    const isOwn =
      (isTokenVolume(volume) && isWholeAt(mount, TOKEN_PATH)) ||
      (isClaim(volume, workspace) && isUsual(mount)) ||
      (isWorkspace(volume, own) && (isUsual(mount) || isWholeAt(mount, pathOfPolicy(policy))));
    return !isOwn && !isOfPolicy(volume, mount, policy);
  });
}

const isClaim = ({ persistentVolumeClaim: source }: Volume, claim: string | undefined): boolean =>
  source !== undefined && source.claimName === claim;

function isWholeAt({ mountPath, subPath = "", subPathExpr = "" }: VolumeMount, place: string): boolean {
  return samePlace(mountPath, place) && subPath === "" && subPathExpr === "";
}

function isOfPolicy(volume: Volume, mount: VolumeMount, { sections }: EffectivePolicy): boolean {
  const source: Partial<Volume> = { ...volume };
  delete source.name;
  // The schemas of the sections have checked them.
  const [volumes, secrets] = ["volumes", "secrets"].map((id) => {
    const { set, default: usual } = sections[id] ?? {};
    return [set, usual].flatMap((items) => (items ?? []) as readonly unknown[]);
  }) as [PolicyVolume[], SecretRequest[]];
  return (
    volumes.some((one) => sameButForDefaults(source, one.source) && isSamePart(mount, one.mount)) ||
    secrets.some(
      ({ name: secretName, key, target }) =>
        target?.file !== undefined &&
        sameButForDefaults(source, { secret: { secretName } }) &&
        isSamePart(mount, { mountPath: target.file, subPath: key }),
    )
  );
}

function isSamePart(
  { mountPath, subPath = "", subPathExpr = "" }: VolumeMount,
  wanted: Pick<VolumeMount, "mountPath" | "subPath">,
): boolean {
  return samePlace(mountPath, wanted.mountPath) && subPath === (wanted.subPath ?? "") && subPathExpr === "";
}
