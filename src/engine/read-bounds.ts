import { type LimitRange } from "../kubernetes/limit-range.ts";
import { type AmountBounds, type Bound, type Range, type Saying } from "./bounds.ts";
import { type EffectivePolicy } from "./policy.ts";
import { BOUNDS, type ResourceRules } from "./resource-rules.ts";
import { quantityOf } from "./resource-schema.ts";

/** All bounds that hold for a Pod. */
export interface Bounds {
  readonly onExceed: "clamp" | "warn" | "deny";
  /** The resources that are bounded. */
  readonly names: ReadonlySet<string>;
  readonly of: (name: string) => AmountBounds;
}

const NONE: readonly LimitRange[] = [];
const nothing: Range = { max: [], min: [], ratio: [] };
const unbounded: AmountBounds = { container: nothing, step: nothing, pod: nothing };

/** The bounds of Pods whose policy has none: only that a container's limit fits into its Pod's. */
export const noBounds: Bounds = { onExceed: "clamp", names: new Set(), of: () => unbounded };

const known = new WeakMap<EffectivePolicy, WeakMap<readonly LimitRange[], Bounds>>();
const bounding = new WeakMap<EffectivePolicy, boolean>();

/** The bounds of a policy, and beside them those of the namespace's LimitRanges; a policy without any has none. */
export function boundsOf(policy: EffectivePolicy, limitRanges: readonly LimitRange[]): Bounds | undefined {
  if (!hasBounds(policy)) return undefined;
  const ranges = limitRanges.length === 0 ? NONE : limitRanges;
  const ofPolicy = known.get(policy) ?? new WeakMap<readonly LimitRange[], Bounds>();
  known.set(policy, ofPolicy);
  const bounds = ofPolicy.get(ranges) ?? readBounds(policy, ranges);
  ofPolicy.set(ranges, bounds);
  return bounds;
}

/** Whether a policy bounds anything. */
export function hasBounds(policy: EffectivePolicy): boolean {
  const there = bounding.get(policy);
  if (there !== undefined) return there;
  const rules = rulesOf(policy);
  const isBounding = [rules, rules.ofStep ?? {}].some((words) =>
    BOUNDS.some((bound) => Object.keys((words as ResourceRules)[bound] ?? {}).length > 0),
  );
  bounding.set(policy, isBounding);
  return isBounding;
}

// The schema of the section has checked it.
const rulesOf = ({ sections }: EffectivePolicy): ResourceRules =>
  (sections["resources"] ?? {}) as ResourceRules;

type Side = keyof Range;
type Entry = readonly [name: string, group: keyof AmountBounds, side: Side, bound: Bound];

function readBounds(policy: EffectivePolicy, limitRanges: readonly LimitRange[]): Bounds {
  const entries = [...entriesOfPolicy(policy), ...limitRanges.flatMap(entriesOfRange)];
  const byName = new Map<string, AmountBounds>();
  for (const name of new Set(entries.map(([name]) => name))) {
    const own = entries.filter(([other]) => other === name);
    byName.set(name, {
      container: rangeOf(own, ["container"]),
      step: rangeOf(own, ["container", "step"]),
      pod: rangeOf(own, ["pod"]),
    });
  }
  return {
    onExceed: rulesOf(policy).onExceed ?? "clamp",
    names: new Set(byName.keys()),
    of: (name) => byName.get(name) ?? unbounded,
  };
}

function rangeOf(entries: readonly Entry[], groups: readonly (keyof AmountBounds)[]): Range {
  const side = (wanted: Side): Bound[] =>
    entries
      .filter(([, other, one]) => groups.includes(other) && one === wanted)
      .map(([, , , bound]) => bound)
      .sort((a, b) => (a.nanos < b.nanos ? -1 : Number(a.nanos > b.nanos)));
  return { max: side("max"), min: side("min").reverse(), ratio: side("ratio") };
}

type Amounts = Readonly<Record<string, string | number>> | undefined;

function entriesOf(
  amounts: Amounts,
  [group, side, says]: readonly [keyof AmountBounds, Side, Saying],
  whose: { readonly source: Bound["source"]; readonly ruleAt: (name: string) => string },
): Entry[] {
  return Object.entries(amounts ?? {}).flatMap(([name, text]): Entry[] => {
    const quantity = quantityOf(String(text));
    if (quantity === undefined) return [];
    return [[name, group, side, { ...quantity, says, source: whose.source, rule: whose.ruleAt(name) }]];
  });
}

function entriesOfPolicy(policy: EffectivePolicy): Entry[] {
  const rules = rulesOf(policy);
  const whose = (...path: readonly string[]): Parameters<typeof entriesOf>[2] => ({
    source: "policy",
    ruleAt: (name) => policy.ruleAt(["resources", ...path, name]),
  });
  return [
    ...entriesOf(rules.max, ["container", "max", "max"], whose("max")),
    ...entriesOf(rules.min, ["container", "min", "min"], whose("min")),
    ...entriesOf(
      rules.maxLimitRequestRatio,
      ["container", "ratio", "maxLimitRequestRatio"],
      whose("maxLimitRequestRatio"),
    ),
    ...entriesOf(rules.ofStep?.min, ["step", "min", "min"], whose("ofStep", "min")),
    ...entriesOf(
      rules.ofStep?.maxLimitRequestRatio,
      ["step", "ratio", "maxLimitRequestRatio"],
      whose("ofStep", "maxLimitRequestRatio"),
    ),
    ...entriesOf(rules.maxPod, ["pod", "max", "maxPod"], whose("maxPod")),
  ];
}

const ofTypes = { Container: "container", Pod: "pod" } as const;
const sayings = {
  container: { max: "max", min: "min", ratio: "maxLimitRequestRatio" },
  pod: { max: "maxPod", min: "minPod", ratio: "maxPodRatio" },
} as const;

function entriesOfRange({ metadata, spec }: LimitRange): Entry[] {
  return spec.limits.flatMap((limit, index) => {
    const group = Object.hasOwn(ofTypes, limit.type)
      ? ofTypes[limit.type as keyof typeof ofTypes]
      : undefined;
    if (group === undefined) return [];
    const whose = (key: string): Parameters<typeof entriesOf>[2] => ({
      source: "range",
      ruleAt: (name) => `limitrange/${metadata.name}#/spec/limits/${index}/${key}/${name}`,
    });
    return [
      ...entriesOf(limit.max, [group, "max", sayings[group].max], whose("max")),
      ...entriesOf(limit.min, [group, "min", sayings[group].min], whose("min")),
      ...entriesOf(
        limit.maxLimitRequestRatio,
        [group, "ratio", sayings[group].ratio],
        whose("maxLimitRequestRatio"),
      ),
    ];
  });
}
