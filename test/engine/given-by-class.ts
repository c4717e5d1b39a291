import { type Pod } from "#src/kubernetes/pod.ts";
import { withoutEmptyText } from "#test/engine/api-server.ts";
import { type Document, sizeOf } from "#test/engine/arbitrary.ts";
import { contains } from "#test/engine/sameness.ts";

type Value = Readonly<Record<string, unknown>>;
type Amounts = Readonly<Record<string, string>>;

interface ResourceClass {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Value[];
}

/** The class of this name as the last layer that has one says it. */
export function classOf(name: unknown, layers: readonly Document[]): ResourceClass | undefined {
  const all = layers.map(
    (layer) => (layer["resources"] as Value | undefined)?.["classes"] as Value | undefined,
  );
  const found = all.findLast((classes) => classes !== undefined && Object.hasOwn(classes, String(name)));
  return found?.[String(name)] as ResourceClass | undefined;
}

/** Whether a class gives what was written; a request may have been brought to its limit, or the limit to its request. */
export function isGivenByClass(
  { pointer, after }: { readonly pointer: string; readonly after?: unknown },
  { requests = {}, limits = {}, nodeSelector = {}, tolerations = [] }: ResourceClass,
): boolean {
  const key = (pointer.split("/").at(-1) ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
  const own = (map: Readonly<Record<string, string>>): string | undefined =>
    Object.hasOwn(map, key) ? map[key] : undefined;
  if (pointer.startsWith("/spec/nodeSelector/")) return own(nodeSelector) === after;
  if (pointer.startsWith("/spec/tolerations/")) return contains(tolerations.map(served), after);
  return (
    /^\/spec\/containers\/\d+\/resources\//.test(pointer) &&
    [own(requests), own(limits)].some((one) => one !== undefined && sizeOf(one) === sizeOf(String(after)))
  );
}

/** What a class gives and the step container's Pod does not have, though neither the step nor what policies set says a word of it. */
export function missingOfClass(
  { nodeSelector = {}, tolerations = [], ...amounts }: ResourceClass,
  { options, layers, pod }: { options: Value; layers: readonly Document[]; pod: Pod },
): string[] {
  const spoken = (section: string): Value[] =>
    [options[section], ...layers.map((layer) => layer[section]?.set)].map((one) => (one ?? {}) as Value);
  const spokenAmounts = spoken("resources").flatMap(({ requests = {}, limits = {} }) => [
    ...Object.keys(requests as object),
    ...Object.keys(limits as object),
  ]);
  const spokenNodes = spoken("nodeSelector").flatMap((map) => Object.keys(map));
  const { metadata, spec } = pod;
  const step =
    spec.containers.find(({ name }) => name === metadata?.name) ??
    spec.containers.find(
      ({ name }) => name === metadata?.annotations?.["kubectl.kubernetes.io/default-container"],
    ) ??
    spec.containers[0];
  const lacks = (kind: "requests" | "limits"): string[] =>
    Object.entries(amounts[kind] ?? {})
      .filter(([name]) => !spokenAmounts.includes(name))
      .filter(([name, value]) => sizeOf(String(step?.resources?.[kind]?.[name])) !== sizeOf(value))
      .map(([name]) => `${kind} of ${name}`);
  return [
    ...lacks("requests"),
    ...lacks("limits"),
    ...Object.entries(nodeSelector)
      .filter(([key, value]) => !spokenNodes.includes(key) && spec.nodeSelector?.[key] !== value)
      .map(([key]) => key),
    ...tolerations
      .filter((one) => !contains(spec.tolerations, served(one)))
      .map((one) => JSON.stringify(one)),
  ];
}

/** The node labels of a class that the last layer with a word about them sets to something else, and the step does not ask for. */
export function overruledOfClass(
  { nodeSelector = {} }: ResourceClass,
  { options, layers }: { options: Value; layers: readonly Document[] },
): string[] {
  const asked = (options["nodeSelector"] ?? {}) as Value;
  const sets = layers.map((layer) => (layer["nodeSelector"]?.set ?? {}) as Value);
  const set = (key: string): unknown =>
    sets
      .filter((one) => Object.hasOwn(one, key))
      .map((one) => one[key])
      .at(-1);
  return Object.keys(nodeSelector).filter(
    (key) => !Object.hasOwn(asked, key) && set(key) !== undefined && set(key) !== nodeSelector[key],
  );
}

/** Seconds with another effect than NoExecute are left out. */
function served(toleration: Value): unknown {
  const members = Object.entries(withoutEmptyText(toleration) as Value);
  return Object.fromEntries(
    members.filter(([member]) => member !== "tolerationSeconds" || toleration["effect"] === "NoExecute"),
  );
}
