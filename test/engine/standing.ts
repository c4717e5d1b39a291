import { withoutEmptyText } from "#test/engine/api-server.ts";
import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { type Document, sizeOf } from "#test/engine/arbitrary.ts";
import { contains, equal, isAffinity } from "#test/engine/sameness.ts";
import { isSecured } from "#test/engine/served.ts";

type Value = Readonly<Record<string, unknown>>;

/** What a policy sets and does not stand on the Pod. */
export function missingOf(document: Document, pod: Pod): string[] {
  const { metadata, spec } = pod;
  const set = (section: string): Value => (document[section]?.set ?? {}) as Value;
  const items = (section: string): unknown[] => Object.values(set(section));
  const lasting = [...spec.containers, ...(spec.initContainers ?? [])];
  return [
    ...missingKeys(set("labels"), metadata?.labels),
    ...missingKeys(set("annotations"), metadata?.annotations),
    ...missingKeys(set("nodeSelector"), spec.nodeSelector),
    ...FIELDS.filter(
      (field) => document[field]?.set !== undefined && !equal(spec[field], document[field].set),
    ),
    ...(document["affinity"]?.set === undefined || isAffinity(spec.affinity, document["affinity"].set)
      ? []
      : ["affinity"]),
    ...missingUserNamespace(document["hostUsers"]?.set, spec),
    ...missingItems(
      items("imagePullSecrets").map((name) => ({ name })),
      spec.imagePullSecrets,
    ),
    ...missingItems(items("tolerations").map(withServedSeconds), spec.tolerations),
    ...missingItems(items("hostAliases"), spec.hostAliases),
    ...missingDns(set("dnsConfig"), spec.dnsConfig),
    ...lasting.flatMap((container) => [
      ...missingVariables(document["env"]?.set, container),
      ...missingMounts(items("volumes") as SetVolume[], container, spec),
      ...missingAmounts(set("resources"), container),
    ]),
    ...[...lasting, ...(spec.ephemeralContainers ?? [])].flatMap((step) =>
      Object.entries(set("securityContext"))
        .filter(([option, value]) => !isSecured(option, value, { spec, step }))
        .map(([option]) => `${option} of ${step.name}`),
    ),
  ];
}

const FIELDS = ["runtimeClassName", "serviceAccountName", "priorityClassName"];

function missingKeys(set: Value, map: object = {}): string[] {
  return Object.entries(set)
    .filter(([key, value]) => !Object.hasOwn(map, key) || (map as Value)[key] !== value)
    .map(([key]) => key);
}

const missingItems = (set: readonly unknown[], list: readonly unknown[] | undefined): string[] =>
  set.filter((item) => !contains(list, item)).map((item) => JSON.stringify(item));

/** A Pod that shares its node's network cannot have one. */
function missingUserNamespace(set: unknown, spec: Pod["spec"]): string[] {
  return set === undefined || spec.hostNetwork === true || spec.hostUsers === set ? [] : ["hostUsers"];
}

function withServedSeconds(toleration: unknown): unknown {
  const served = withoutEmptyText(toleration);
  const members = Object.entries(served as Value);
  if ((toleration as Value)["effect"] === "NoExecute") return served;
  return Object.fromEntries(members.filter(([member]) => member !== "tolerationSeconds"));
}

/** Of two resolver options of a name the last one holds. */
function missingDns(set: Value, dns: Pod["spec"]["dnsConfig"]): string[] {
  const { nameservers = [], options = [] } = set as { nameservers?: string[]; options?: { name: string }[] };
  const last = (name: string): unknown => dns?.options?.findLast((one) => one.name === name);
  return [
    ...nameservers.filter((address) => dns?.nameservers?.includes(address) !== true),
    ...options.filter((one) => !equal(last(one.name), one)).map(({ name }) => name),
  ];
}

/** Of two variables of a name the last one holds. */
function missingVariables(set: unknown, { name: container, env = [] }: Container): string[] {
  const wanted = Array.isArray(set)
    ? (set as { name: string }[])
    : Object.entries(set ?? {}).map(([name, value]) => ({ name, value: value as unknown }));
  const last = (name: string): object | undefined => env.findLast((one) => one.name === name);
  return wanted
    .filter((one) => !equal(withoutDefaults(last(one.name)), withoutDefaults(one)))
    .map(({ name }) => `${name} in ${container}`);
}

/** A variable without what the API server adds or leaves out. */
function withoutDefaults(variable: object | undefined): unknown {
  if (variable === undefined) return undefined;
  const text = JSON.stringify(variable)
    .replace('"apiVersion":"v1",', "")
    .replace(/,"value":""/, "");
  return JSON.parse(text);
}

interface SetVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
}

/** Of two volumes that are set at one path the later one holds. */
function missingMounts(
  set: readonly SetVolume[],
  { name: container, volumeMounts = [] }: Container,
  spec: Pod["spec"],
): string[] {
  const holds = ({ mountPath, readOnly, ...source }: SetVolume): boolean => {
    const mount = volumeMounts.find((one) => one.mountPath === mountPath);
    const volume = spec.volumes?.find(({ name }) => name === mount?.name);
    const kinds = Object.keys(source).filter((member) => member !== "name");
    return (
      volume !== undefined && (mount?.readOnly ?? false) === readOnly && kinds.every((kind) => kind in volume)
    );
  };
  const last = set.filter(
    (one, index) => set.findLastIndex(({ mountPath }) => mountPath === one.mountPath) === index,
  );
  return last.filter((one) => !holds(one)).map(({ mountPath }) => `${mountPath} in ${container}`);
}

function missingAmounts(set: Value, { name: container, resources }: Container): string[] {
  return (["requests", "limits"] as const).flatMap((kind) =>
    Object.entries((set[kind] ?? {}) as Record<string, string>)
      .filter(([resource, value]) => sizeOf(String(resources?.[kind]?.[resource])) !== sizeOf(value))
      .map(([resource]) => `${kind} of ${resource} in ${container}`),
  );
}
