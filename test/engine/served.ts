import { withoutEmptyText } from "#test/engine/api-server.ts";
import { type Finding, severityOf } from "#src/engine/finding.ts";
import { type Container, type Pod, type VolumeMount } from "#src/kubernetes/pod.ts";
import { escalates } from "#test/engine/api-server.ts";
import { sizeOf } from "#test/engine/arbitrary.ts";
import { contains, equal, isAffinity } from "#test/engine/sameness.ts";

/** One thing that options ask for. */
export interface Wish {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Everything that options ask for, one by one. */
export function wishesOf(asked: Record<string, unknown>): Wish[] {
  const maps = ["labels", "annotations", "nodeSelector", "securityContext"];
  const lists = ["tolerations", "volumes", "secrets"];
  return Object.entries(asked).flatMap(([option, value]): Wish[] => {
    if (maps.includes(option) || lists.includes(option))
      return Object.entries(value as object).map(([key, inner]) => ({
        path: [option, lists.includes(option) ? Number(key) : key],
        value: inner as unknown,
      }));
    if (option === "resources")
      return Object.entries(value as Record<string, object>).flatMap(([kind, map]) =>
        Object.entries(map).map(([resource, inner]) => ({
          path: [option, kind, resource],
          value: inner as unknown,
        })),
      );
    return [{ path: [option], value }];
  });
}

/** Whether a finding says that the wish, or what stands around it, is not given as asked. */
export function isTold({ path }: Wish, findings: readonly Finding[]): boolean {
  return findings.some(
    (finding) =>
      (["refused", "mended"].includes(severityOf(finding)) ||
        ["no-workspace", "workspace-kept"].includes(finding.code)) &&
      path.every((step, index) => index >= finding.path.length || finding.path[index] === step) &&
      finding.path.length > 0,
  );
}

/** Whether the Pod has what was wished. */
export function isServed({ path: [option, key, resource], value }: Wish, { metadata, spec }: Pod): boolean {
  const step =
    spec.containers.find(({ name }) => name === metadata?.name) ??
    spec.containers.find(
      ({ name }) => name === metadata?.annotations?.["kubectl.kubernetes.io/default-container"],
    ) ??
    spec.containers[0];
  const own = (map: object | undefined): unknown =>
    map !== undefined && Object.hasOwn(map, key ?? "")
      ? (map as Record<string, unknown>)[key ?? ""]
      : undefined;
  // What it was replaced by is for the golden cases.
  if (JSON.stringify(value).includes("${")) return true;
  switch (option) {
    case "labels":
      return own(metadata?.labels) === value;
    case "annotations":
      return own(metadata?.annotations) === value;
    case "nodeSelector":
      return own(spec.nodeSelector) === value;
    case "tolerations":
      return contains(spec.tolerations, withoutEmptyText(value));
    case "affinity":
      return isAffinity(spec.affinity, value);
    case "runtimeClassName":
    case "serviceAccountName":
    case "hostUsers":
      return spec[option] === value;
    case "resources": {
      const amounts = key === "requests" ? step?.resources?.requests : step?.resources?.limits;
      return sizeOf(String(amounts?.[resource ?? ""])) === sizeOf(String(value));
    }
    case "volumes":
      return isMounted(String(value).split(":"), spec, step);
    case "secrets":
      return isDelivered(value as SecretWish, spec, step);
    case "securityContext":
      return isSecured(String(key), value, { spec, step });
    case "workspaceVolume":
      return value === true
        ? (step?.volumeMounts ?? []).some((mount) => isLikeWorkspace(mount, spec))
        : !(step?.volumeMounts ?? []).some((mount) => isWorkspace(mount, spec));
    default:
      return false;
  }
}

/** Podpecker's own, or the agent's. */
function isWorkspace({ name }: VolumeMount, { volumes = [] }: Pod["spec"]): boolean {
  const claim = volumes.find((one) => one.name === name)?.persistentVolumeClaim?.claimName ?? "";
  return name.startsWith("podpecker-") || claim.startsWith("wp-");
}

/** Such a one, or whatever stands where policies have theirs. */
function isLikeWorkspace(mount: VolumeMount, spec: Pod["spec"]): boolean {
  return isWorkspace(mount, spec) || ["/woodpecker", "/work", "/w/"].includes(mount.mountPath);
}

function isMounted(
  [claim, path, mode]: readonly string[],
  spec: Pod["spec"],
  step: Container | undefined,
): boolean {
  const mount = step?.volumeMounts?.find(({ mountPath }) => mountPath === path);
  const volume = spec.volumes?.find(({ name }) => name === mount?.name);
  return volume?.persistentVolumeClaim?.claimName === claim && (mount?.readOnly === true) === (mode === "ro");
}

interface SecretWish {
  readonly name: string;
  readonly key?: string;
  readonly target?: { readonly env?: string; readonly file?: string };
}

function isDelivered(
  { name, key, target }: SecretWish,
  spec: Pod["spec"],
  step: Container | undefined,
): boolean {
  if (target?.file !== undefined) {
    const mount = step?.volumeMounts?.find(({ mountPath }) => mountPath === target.file);
    return spec.volumes?.find((one) => one.name === mount?.name)?.secret?.secretName === name;
  }
  if (key === undefined) return contains(step?.envFrom, { secretRef: { name } });
  const variable = step?.env?.findLast((one) => one.name === (target?.env ?? key.toUpperCase()));
  return equal(variable?.valueFrom, { secretKeyRef: { name, key } });
}

/** Whether a container, itself or by its Pod, has a security setting. */
export function isSecured(
  option: string,
  value: unknown,
  { spec, step }: { spec: Pod["spec"]; step: Container | undefined },
): boolean {
  const own: Record<string, unknown> = step?.securityContext ?? {};
  const field = option === "apparmorProfile" ? "appArmorProfile" : option;
  if (field === "capabilities") {
    const { drop } = value as { drop: readonly string[] };
    return drop.every((one) => step?.securityContext?.capabilities?.drop?.includes(one) === true);
  }
  // Not being privileged needs no word, and who is privileged escalates by nature.
  if (field === "privileged") return (own[field] ?? false) === value;
  if (field === "allowPrivilegeEscalation")
    return own[field] === value || (value === true && escalates(step));
  return equal(own[field] ?? (spec.securityContext as Record<string, unknown> | undefined)?.[field], value);
}
