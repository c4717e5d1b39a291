import { matchesGlob } from "../../kubernetes/glob.ts";
import { labelPatterns } from "../match.ts";
import { type Match } from "../policy-document.ts";

/** What `match` demands of one value of a Pod. */
interface Demand {
  readonly about: string;
  readonly patterns: readonly string[];
  /** The same for the same demand. */
  readonly words: string;
}

// So many policies are looked at one by one, the nearest first; what says the very same is found among any number.
const MAX_LOOKED_AT = 20;

// Of a policy that demands so much the parts are not looked up: their number doubles with each demand.
const MAX_DEMANDS = 6;

/** What is known of policies, by what they match. */
export interface MatchOrder<Item> {
  /** What is known of those that match the very same; made where nothing is. */
  readonly of: (match: Match | undefined) => Item;
  /** The same of some that match at least every Pod that `match` does; never of one that does not. */
  readonly wider: (match: Match | undefined) => readonly Item[];
}

/** Makes an empty order. A look costs the same among few and among many. */
export function createMatchOrder<Item>(make: () => Item): MatchOrder<Item> {
  const same = new Map<string, Item>();
  // What nobody demands that is in the order need not be looked up.
  const numbers = new Map<string, number>();
  const sizes = new Set<number>();
  const numberOf = (words: string): number => {
    const number = numbers.get(words) ?? numbers.size;
    numbers.set(words, number);
    return number;
  };
  const looked: { readonly demands: readonly Demand[]; readonly item: Item }[] = [];
  return {
    of: (match) => {
      const demands = demandsOf(match);
      const key = keyOf(demands.map(({ words }) => numberOf(words)));
      const there = same.get(key);
      if (there !== undefined) return there;
      const item = make();
      same.set(key, item);
      sizes.add(demands.length);
      if (looked.length < MAX_LOOKED_AT && demands.some(isWide)) looked.push({ demands, item });
      return item;
    },
    wider: (match) => {
      const demands = demandsOf(match);
      // An item may be a list itself.
      const exact = partsOf(demands.flatMap(({ words }) => numbers.get(words) ?? [])).flatMap((part) => {
        if (!sizes.has(part.length)) return [];
        const item = same.get(keyOf(part));
        return item === undefined ? [] : [{ item }];
      });
      const covering = looked.filter((one) => isWider(one.demands, demands));
      return [...new Set([...exact, ...covering].map(({ item }) => item))];
    },
  };
}

// The same policies are looked at again with each one that changes.
const demandsKnown = new WeakMap<Match, readonly Demand[]>();

function demandsOf(match: Match = {}): readonly Demand[] {
  const known = demandsKnown.get(match);
  if (known !== undefined) return known;
  const { users, namespaces, images } = match;
  const given: [string, readonly string[] | undefined][] = [
    ["user", users],
    ["namespace", namespaces],
    ["image", images],
    ...labelPatterns(match).map(([key, patterns]): [string, readonly string[]] => [`label ${key}`, patterns]),
  ];
  const demands = given.flatMap(([about, patterns]) =>
    patterns === undefined
      ? []
      : [{ about, patterns, words: JSON.stringify([about, ...patterns.toSorted()]) }],
  );
  demandsKnown.set(match, demands);
  return demands;
}

const keyOf = (demands: readonly number[]): string => demands.toSorted((a, b) => a - b).join();

/** Every selection of the demands, none of them included. */
function partsOf(demands: readonly number[]): number[][] {
  if (demands.length > MAX_DEMANDS) return [[], [...demands]];
  return demands.reduce<number[][]>(
    (parts, demand) => [...parts, ...parts.map((part) => [...part, demand])],
    [[]],
  );
}

/** What demands one literal alone covers nothing but itself. */
const isWide = ({ patterns }: Demand): boolean => patterns.length !== 1 || patterns.join().includes("*");

/** Whether all that the one demands is demanded by the other as well. */
function isWider(wide: readonly Demand[], narrow: readonly Demand[]): boolean {
  if (wide.length > narrow.length) return false;
  return wide.every((demand) =>
    narrow.some(
      (other) =>
        other.about === demand.about && other.patterns.every((pattern) => isCovered(pattern, demand)),
    ),
  );
}

/** A star of the pattern is a character that only a star of the other one covers. Of images more counts than the text. */
function isCovered(pattern: string, { about, patterns }: Demand): boolean {
  if (about === "image") return patterns.includes(pattern) || patterns.includes("*");
  return patterns.some((wide) => matchesGlob(wide, pattern));
}
