import { createGlobIndex, type GlobIndex, type Handle } from "../kubernetes/glob-index.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { criteriaOf, type Criterion, valuesOf } from "./criteria.ts";
import { compileMatch, type Matcher, type ReviewFacts } from "./match.ts";
import { type Policy } from "./policy.ts";
import { type Match } from "./policy-document.ts";
import { endOf } from "./valid-until.ts";

/** The policies that are for a Pod and have not ended, in the order in which the selection was given them. */
export interface Selected {
  readonly policies: readonly Policy[];
  /** Where nobody knows who creates the Pod: those that would match but for `users`. */
  readonly butForUsers: readonly Policy[];
}

/** Chooses the policies of a Pod, at a cost that depends on how many may be its own, not on how many there are. */
export type Selection = (pod: Pod, facts: ReviewFacts) => Selected;

/** Files each policy under what sets it most apart from the others. Chooses the very policies that `compileMatch`
 * does, but for those that have ended. */
export function createSelection(policies: readonly Policy[]): Selection {
  const look = createLookup(policies, (match) => match);
  let lookForAnyone: Lookup | undefined;
  const forAnyone = (): Lookup =>
    (lookForAnyone ??= createLookup(
      policies.filter(({ document }) => (document.match?.users ?? []).length > 0),
      (match) => ({ ...match, users: undefined }),
    ));
  return (pod, facts) => ({
    policies: look(pod, facts),
    butForUsers: facts.user === undefined ? forAnyone()(pod, facts) : [],
  });
}

type Lookup = (pod: Pod, facts: ReviewFacts) => readonly Policy[];

/** A policy in its place among the others. */
interface Entry {
  readonly policy: Policy;
  readonly place: number;
  readonly matches: Matcher;
  /** When the policy ends. */
  readonly end: number;
}

type Indexes = Map<string, GlobIndex<Entry>>;

function createLookup(policies: readonly Policy[], part: (match: Match) => Match): Lookup {
  const matches = policies.map(({ document }) => part(document.match ?? everyPod));
  const demand = countHandles(matches.flatMap((match) => compile(match).criteria));
  const indexes: Indexes = new Map();
  const always: Entry[] = [];
  for (const [place, policy] of policies.entries()) {
    const { matches: isFor, criteria } = compile(matches[place] ?? everyPod);
    const entry = { policy, place, matches: isFor, end: endOf(policy) ?? Infinity };
    const narrowest = cheapest(criteria, (criterion) => costOf(criterion, demand));
    if (narrowest === undefined) always.push(entry);
    else file(entry, narrowest, { indexes, demand });
  }
  return (pod, facts) => {
    const found = new Set(always);
    // Few policies, or none that is for some Pods only: a Pod's values need not be looked at.
    const values = indexes.size === 0 ? [] : valuesOf(pod, facts, (asked) => indexes.has(asked));
    for (const [about, value] of values) indexes.get(about)?.find(value, found);
    return [...found]
      .filter(({ matches: isFor, end }) => facts.now < end && isFor(pod, facts))
      .sort((a, b) => a.place - b.place)
      .map(({ policy }) => policy);
  };
}

const everyPod: Match = {};

interface Compiled {
  readonly matches: Matcher;
  readonly criteria: readonly Criterion[];
}

// Where one of many policies changes, the others are not compiled again.
const known = new WeakMap<Match, Compiled>();

function compile(match: Match): Compiled {
  const compiled = known.get(match) ?? { matches: compileMatch(match), criteria: criteriaOf(match) };
  known.set(match, compiled);
  return compiled;
}

/** How many policies ask for each handle, by what it is about, its part and its literal. */
type Demand = ReadonlyMap<string, Counts>;

type Counts = Readonly<Record<Handle["part"], Map<string, number>>>;

function countHandles(criteria: readonly Criterion[]): Demand {
  const demand = new Map<string, Counts>();
  for (const { about, patterns } of criteria) {
    const counts: Counts = demand.get(about) ?? { whole: new Map(), start: new Map(), end: new Map() };
    demand.set(about, counts);
    for (const { part, literal } of patterns.flat())
      counts[part].set(literal, (counts[part].get(literal) ?? 0) + 1);
  }
  return demand;
}

// Many texts begin or end alike, few are the same: a beginning must spare so many looks before it goes before a value.
const AFFIX = 8;

/** About how many policies are looked at where this one is found by the handle. */
function costOfHandle(about: string, handle: Handle, demand: Demand): number {
  if (handle.literal === "" && handle.part !== "whole") return Infinity;
  const count = demand.get(about)?.[handle.part].get(handle.literal) ?? 0;
  return count + (handle.part === "whole" ? 0 : AFFIX);
}

/** As for the pattern that sets it least apart. */
function costOf({ about, patterns }: Criterion, demand: Demand): number {
  let cost = 0;
  for (const handles of patterns)
    cost = Math.max(cost, Math.min(...handles.map((one) => costOfHandle(about, one, demand))));
  return cost;
}

/** Each pattern of the criterion leads to the policy; none of no patterns does. */
function file(
  entry: Entry,
  { about, patterns }: Criterion,
  { indexes, demand }: { readonly indexes: Indexes; readonly demand: Demand },
): void {
  const index = indexes.get(about) ?? createGlobIndex<Entry>();
  indexes.set(about, index);
  for (const handles of patterns) {
    const handle = cheapest(handles, (one) => costOfHandle(about, one, demand));
    if (handle !== undefined) index.file(handle, entry);
  }
}

/** The first of the cheapest. */
function cheapest<Item>(items: readonly Item[], cost: (item: Item) => number): Item | undefined {
  let best: { readonly item: Item; readonly cost: number } | undefined;
  for (const item of items) {
    const price = cost(item);
    if (best === undefined || price < best.cost) best = { item, cost: price };
  }
  return best?.item;
}
