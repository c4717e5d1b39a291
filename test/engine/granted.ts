import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { type Document, type Section } from "#test/engine/arbitrary.ts";

const APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

/** One change of a decision, as far as a gate has a word about it. */
interface Asked {
  readonly pointer: string;
  readonly after?: unknown;
}

type Value = Record<string, unknown>;

/**
 * A second reading of the gates, written from the contract and sharing nothing with the engine: whether the layers, in
 * ascending priority, let a step have what was written by its asking.
 */
export function isGranted(
  change: Asked,
  { layers, pod }: { layers: readonly Document[]; pod: Pod },
): boolean {
  const steps = change.pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const gate = (section: string): unknown =>
    layers.map((layer) => layer[section]?.fromStep).findLast((one) => one !== undefined);
  const last = steps.at(-1) ?? "";
  const field = steps.slice(0, 2).join("/");
  if (field === "metadata/labels") return isKeyGranted(gate("labels") ?? false, last, ["step", "service"]);
  if (field === "metadata/annotations" && last.startsWith(APPARMOR))
    return isSecurityGranted(
      gate("securityContext") ?? true,
      ["securityContext", "appArmorProfile"],
      profileOf(String(change.after)),
    );
  if (field === "metadata/annotations") return isKeyGranted(gate("annotations") ?? false, last, []);
  if (field === "spec/nodeSelector") return keys(gate("nodeSelector") ?? true, last);
  if (field === "spec/tolerations")
    return isTolerationGranted(gate("tolerations") ?? true, change.after as Value);
  if (field === "spec/affinity") return gate("affinity") === true;
  if (field === "spec/hostUsers") return (gate("hostUsers") ?? true) === true;
  if (field === "spec/runtimeClassName") return names(gate("runtimeClassName") ?? true, String(change.after));
  if (field === "spec/serviceAccountName")
    return names(gate("serviceAccountName") ?? false, String(change.after));
  if (field === "spec/volumes") return isSourceGranted(change.after as Value, gate);
  if (field === "spec/securityContext")
    return isSecurityGranted(gate("securityContext") ?? true, steps, change.after);
  return field === "spec/containers" && isContainerChangeGranted(steps, change.after, { gate, pod });
}

type Gate = (section: string) => unknown;

function isContainerChangeGranted(
  steps: readonly string[],
  after: unknown,
  { gate, pod }: { gate: Gate; pod: Pod },
): boolean {
  const value = after as Value;
  switch (steps[3]) {
    case "resources":
      return (gate("resources") ?? true) === true;
    case "env":
    case "envFrom":
      return names(gate("secrets") ?? false, secretName(value));
    case "volumeMounts": {
      const volume = pod.spec.volumes?.find((one) => one.name === value["name"]);
      return volume !== undefined && isSourceGranted(volume, gate);
    }
    case "securityContext": {
      const container = pod.spec.containers[Number(steps[2])];
      return isSecurityGranted(gate("securityContext") ?? true, steps, after, container);
    }
    default:
      return false;
  }
}

function isSourceGranted(volume: Value, gate: Gate): boolean {
  const claim = (volume["persistentVolumeClaim"] as { claimName: string } | undefined)?.claimName;
  if (claim !== undefined) return names(gate("volumes") ?? false, claim);
  const secret = (volume["secret"] as { secretName: string } | undefined)?.secretName;
  return secret !== undefined && names(gate("secrets") ?? false, secret);
}

function isSecurityGranted(
  gate: unknown,
  steps: readonly string[],
  after: unknown,
  container?: Container,
): boolean {
  if (gate === false) return false;
  const gates = (gate === true ? {} : gate) as Record<string, unknown>;
  const option = steps.slice(steps.indexOf("securityContext") + 1)[0] ?? "";
  if (option === "privileged")
    return after === false || isPrivilegedGranted(gates["privileged"] ?? false, container);
  if (option === "allowPrivilegeEscalation")
    return after !== true || container?.securityContext?.privileged === true;
  if (["runAsUser", "runAsGroup", "fsGroup"].includes(option)) return after !== 0 || gates["root"] !== false;
  if (option === "seccompProfile") return isProfileGranted(gates["seccompProfiles"] ?? ["*"], after as Value);
  if (option === "appArmorProfile")
    return isProfileGranted(gates["apparmorProfiles"] ?? ["*"], after as Value);
  return ["runAsNonRoot", "fsGroupChangePolicy"].includes(option) || steps.includes("drop");
}

function isPrivilegedGranted(gate: unknown, container: Container | undefined): boolean {
  if (typeof gate === "boolean") return gate;
  const { images } = gate as { images: readonly string[] };
  const matches = images.some(
    (one) =>
      (one === "*" &&
        container?.image !== undefined &&
        container.image !== "not an image" &&
        !container.image.endsWith("sha256:00")) ||
      (one === "docker.io/library/alpine" && container?.image === "alpine") ||
      (one === "acme/*:*" && container?.image === "acme/plugin:1"),
  );
  return matches && (container?.command ?? []).length === 0 && (container?.args ?? []).length === 0;
}

function isProfileGranted(gate: unknown, { type, localhostProfile }: Value): boolean {
  if (type === "RuntimeDefault") return true;
  if (type === "Unconfined") return Array.isArray(gate) && gate.includes("Unconfined");
  return names(gate, String(localhostProfile));
}

/** A profile as its annotation names it. */
function profileOf(annotation: string): Value {
  if (annotation.startsWith("localhost/"))
    return { type: "Localhost", localhostProfile: annotation.slice(10) };
  return { type: annotation === "runtime/default" ? "RuntimeDefault" : "Unconfined" };
}

function isTolerationGranted(gate: unknown, asked: Value): boolean {
  if (typeof gate === "boolean") return gate;
  return (gate as readonly Section[]).some((one) => {
    const { key, operator, effect } = one as { key: string; operator?: string; effect?: string };
    return (
      glob(key, (asked as { key?: string }).key ?? "") &&
      (effect === undefined || effect === asked["effect"]) &&
      (operator === undefined || operator === (asked["operator"] ?? "Equal"))
    );
  });
}

function secretName(value: Value): string {
  const variable = value["valueFrom"] as { secretKeyRef?: { name: string } } | undefined;
  const source = value["secretRef"] as { name: string } | undefined;
  return variable?.secretKeyRef?.name ?? source?.name ?? "no secret at all";
}

const reserved = /^([^/]+\.)?(podpecker\.dev|woodpecker-ci\.org|kubernetes\.io|k8s\.io)\//;

function isKeyGranted(gate: unknown, key: string, own: readonly string[]): boolean {
  const isReserved = own.includes(key) || (reserved.test(key) && !key.startsWith("app.kubernetes.io/"));
  const literal = typeof gate === "object" && (gate as { keys: readonly string[] }).keys.includes(key);
  return isReserved ? literal : keys(gate, key);
}

const keys = (gate: unknown, key: string): boolean =>
  names(typeof gate === "boolean" ? gate : (gate as { keys: unknown }).keys, key);

const names = (gate: unknown, name: string): boolean =>
  typeof gate === "boolean" ? gate : (gate as readonly string[]).some((pattern) => glob(pattern, name));

const glob = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, "\\$&"))
      .join("[^]*")}$`,
  ).test(text);
