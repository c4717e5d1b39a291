import { deepEqual } from "../kubernetes/equality.ts";
import { isMap } from "../text/is-map.ts";
import { type Path } from "../text/path.ts";
import { WORKFLOW } from "./annotations.ts";
import { ownWorkspace } from "./own-workspace.ts";
import { type Scene } from "./scene.ts";
import { type Turn } from "./turn.ts";
import { TASK } from "./workflow.ts";

const HOSTNAME = "kubernetes.io/hostname";
const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
const POD_AFFINITY = ["spec", "affinity", "podAffinity"];

/**
 * Keeps the Pods of a workflow on one node. The first of them has only itself to be near, which the scheduler allows.
 * Of several required terms it counts only Pods that match all of them, so that a workflow's would never be found beside
 * another term: there it stays a preference. A term by Woodpecker's own label has the same effect already.
 */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
export function keepOnOneNode(turn: Turn, name: string, rule: string): void {
  const term = termOf(name);
  const required = itemsAt(turn, [...POD_AFFINITY, REQUIRED]);
  if (required.some(isOfTask)) return;
  const isAlone = required.every((one) => deepEqual(one, term));
  if (isAlone) {
    add(turn, [...POD_AFFINITY, REQUIRED], term, rule);
    return;
  }
  const index = required.findIndex((one) => deepEqual(one, term));
  if (index >= 0) turn.draft.remove([...POD_AFFINITY, REQUIRED, index], { rule });
  add(turn, [...POD_AFFINITY, PREFERRED], wishFor(term), rule);
  const message =
    "has required terms of its own, beside which no other Pod of the workflow would be found: one node for all is preferred, not required";
  turn.findOfPolicy("workspace-node-preferred", POD_AFFINITY, { message, rule });
}

/** Whether two affinities are the same but for what keeps the workflow of the Pod on one node; nothing where nothing does. */
export function sameButForWorkspace({
  pod,
  policy,
}: Pick<Scene, "pod" | "policy">): ((found: unknown, wanted: unknown) => boolean) | undefined {
  const own = ownWorkspace(pod, policy);
  if (own?.terms?.accessMode !== "ReadWriteOnce") return undefined;
  const term = termOf(own.name);
  return (found, wanted) => {
    if (deepEqual(found, wanted)) return true;
    const rest = without(found, term);
    return rest !== found && deepEqual(substance(rest), substance(wanted));
  };
}

const termOf = (name: string): Record<string, unknown> => ({
  labelSelector: { matchLabels: { [WORKFLOW]: name } },
  topologyKey: HOSTNAME,
});

const wishFor = (podAffinityTerm: unknown): Record<string, unknown> => ({ weight: 100, podAffinityTerm });

/** Whether a term keeps the Pods of one of Woodpecker's workflows on one node. */
function isOfTask(term: unknown): boolean {
  if (!isMap(term) || term["topologyKey"] !== HOSTNAME) return false;
  const { labelSelector, matchLabelKeys } = term;
  const selector = isMap(labelSelector) ? labelSelector : {};
  const { matchLabels, matchExpressions } = selector;
  return (
    (Array.isArray(matchLabelKeys) && matchLabelKeys.includes(TASK)) ||
    (isMap(matchLabels) && TASK in matchLabels) ||
    (Array.isArray(matchExpressions) && matchExpressions.some((one) => isMap(one) && one["key"] === TASK))
  );
}

function itemsAt(turn: Turn, path: Path): readonly unknown[] {
  const list = turn.draft.read(path);
  return Array.isArray(list) ? list : [];
}

function add(turn: Turn, list: Path, item: unknown, rule: string): void {
  const index = itemsAt(turn, list).findIndex((one) => deepEqual(one, item));
  if (index < 0) turn.draft.append(list, item, { rule });
  else turn.draft.hold([...list, index], { rule });
}

/** The affinity without the term, required or preferred; the very same where it has none. */
function without(affinity: unknown, term: unknown): unknown {
  if (!isMap(affinity) || !isMap(affinity["podAffinity"])) return affinity;
  const ours = [term, wishFor(term)];
  const isOurs = (item: unknown): boolean => ours.some((one) => deepEqual(one, item));
  const entries = Object.entries(affinity["podAffinity"]);
  if (!entries.some(([, list]) => Array.isArray(list) && list.some(isOurs))) return affinity;
  const rest = entries.map(([key, list]) => [
    key,
    Array.isArray(list) ? list.filter((item: unknown) => !isOurs(item)) : list,
  ]);
  return { ...affinity, podAffinity: Object.fromEntries(rest) as unknown };
}

/** What of an affinity means anything: no empty lists, no kinds without terms. */
function substance(affinity: unknown): unknown {
  if (!isMap(affinity)) return affinity;
  const kinds = Object.entries(affinity).map(([kind, terms]) => [kind, isMap(terms) ? filled(terms) : terms]);
  return filled(Object.fromEntries(kinds) as Record<string, unknown>);
}

const filled = (map: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
