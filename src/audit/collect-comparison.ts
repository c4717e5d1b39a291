import { type Decision } from "../admission/decision.ts";
import { formatTime } from "../text/time.ts";
import { byCodeUnits } from "./by-code-units.ts";
import { compareDecisions, type OneDifference } from "./compare-decisions.ts";
import { type Comparison, type Difference, DIFFERENCE_KINDS, type DifferenceKind } from "./comparison.ts";
import { sayingOf } from "./placed-outcomes.ts";

// Beyond the first, differences are told without values, and beyond the second without fields: steps may ask for anything,
// and choose the keys of labels.
const MAX_EXACT = 5_000;
const MAX_GROUPS = 10_000;

/** Takes pairs of decisions, any number of them in bounded memory, and groups what they differ in. */
export interface ComparisonCollector {
  /** A Pod, `namespace/name`, and what either set of policies decides; nothing of what is no creation of a Pod. */
  readonly add: (pod: string, decisions: Pair | undefined) => void;
  /** The same decisions in the same order give the same comparison. */
  readonly comparison: () => Comparison;
}

/** What the old and the new policies decide about the same Pod. */
export interface Pair {
  readonly older: Decision;
  readonly newer: Decision;
}

type Group = Omit<Difference, "examples"> & { pods: number; readonly examples: string[] };

/** Makes a collector without any decision. `examples` is how many Pods are named for each difference. */
export function collectComparison({
  now,
  examples: most,
}: {
  readonly now: number;
  readonly examples: number;
}): ComparisonCollector {
  const groups = new Map<string, Group>();
  const kinds = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as Record<
    DifferenceKind,
    number
  >;
  const pods = { compared: 0, same: 0, different: 0 };
  let others = 0;

  const placeFor = (one: OneDifference): { readonly key: string; readonly told: OneDifference } => {
    const bare = withoutValues(one);
    const forms = [
      { told: one, max: MAX_EXACT },
      { told: bare, max: MAX_GROUPS },
    ].map(({ told, max }) => ({ told, max, key: keyOf(told) }));
    const place = forms.find(({ key, max }) => groups.size < max || groups.has(key));
    const rest: OneDifference = { kind: one.kind, field: "others" };
    return place ?? { told: rest, key: keyOf(rest) };
  };

  const join = (pod: string, one: OneDifference, seen: Set<string>): void => {
    const { key, told } = placeFor(one);
    const group = groups.get(key) ?? groupOf(told);
    groups.set(key, group);
    if (seen.has(key)) return;
    seen.add(key);
    group.pods += 1;
    if (group.examples.length < most) group.examples.push(pod);
  };

  return {
    add: (pod, decisions) => {
      if (decisions === undefined) {
        others += 1;
        return;
      }
      const differences = compareDecisions(decisions.older, decisions.newer);
      pods.compared += 1;
      pods[differences.length === 0 ? "same" : "different"] += 1;
      for (const kind of new Set(differences.map((one) => one.kind))) kinds[kind] += 1;
      const seen = new Set<string>();
      for (const one of differences) join(pod, one, seen);
    },
    comparison: () => ({
      at: formatTime(now),
      pods: { ...pods, kinds: { ...kinds } },
      others,
      differences: [...groups.values()]
        .map((group) => ({ ...group, examples: [...group.examples] }))
        .sort(byGravity),
    }),
  };
}

function keyOf({ kind, field, old: older, new: newer, finding }: OneDifference): string {
  return JSON.stringify([kind, field, older, newer, finding?.code, finding?.rule]);
}

function withoutValues({ old: older, new: newer, ...about }: OneDifference): OneDifference {
  const bare = ({ rule }: { readonly rule?: string | undefined } = {}): { rule?: string } =>
    rule === undefined ? {} : { rule };
  return { ...about, ...(older === undefined ? {} : { old: bare(older), new: bare(newer) }) };
}

function groupOf({ finding, ...about }: OneDifference): Group {
  const { rule } = finding ?? {};
  return {
    ...about,
    ...(finding === undefined ? {} : { says: sayingOf(finding) }),
    ...(rule === undefined ? {} : { rule }),
    pods: 0,
    examples: [],
  };
}

const byGravity = (a: Difference, b: Difference): number =>
  DIFFERENCE_KINDS.indexOf(a.kind) - DIFFERENCE_KINDS.indexOf(b.kind) ||
  b.pods - a.pods ||
  byCodeUnits(a.field, b.field) ||
  byCodeUnits(JSON.stringify(a), JSON.stringify(b));
