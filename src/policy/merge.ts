import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Path } from "../text/path.ts";
import { SECTIONS } from "./policy-document.ts";
import { isWhole } from "./whole.ts";
import { type Policy } from "./policy.ts";
import { valueAt } from "../text/value-at.ts";
import { isMap } from "../text/is-map.ts";

/** The sections of several layers as one, and where each part of them came from. */
export interface Merged {
  readonly sections: Readonly<Record<string, Tree | undefined>>;
  /** The rule, `acme#/labels/set/ci`, behind a part of the merged sections. */
  readonly ruleAt: (path: Path) => string;
}

type Tree = Record<string, unknown>;

interface Origin {
  readonly layer: string;
  readonly path: Path;
}

/**
 * Merges layers in ascending priority: a later one overrides per key, lists of `set` and `default` are joined, a
 * `fromStep` is replaced whole, so that a stricter layer is never widened by an earlier one.
 */
export function mergeLayers(layers: readonly Pick<Policy, "name" | "document">[]): Merger {
  const merger = new Merger();
  for (const layer of layers) merger.putLayer(layer);
  return merger;
}

/** Sections, and the headers that are rules themselves. */
export const MERGED: readonly string[] = [
  ...SECTIONS,
  "workspace",
  "platform",
  "trustAnnotations",
  "trustPod",
  "onRefusal",
];

/** Rules that were found. A tree, as one is looked up for each write: on the way through it no text is made of a path. */
interface KnownRules {
  rule?: string;
  readonly below: Map<string | number, KnownRules>;
}

const noRules = (): KnownRules => ({ below: new Map() });

function knownBelow({ below }: KnownRules, step: string | number): KnownRules {
  const there = below.get(step);
  if (there !== undefined) return there;
  const made = noRules();
  below.set(step, made);
  return made;
}

/** Layers that are being merged. */
export class Merger implements Merged {
  readonly tree: Tree = {};
  readonly #origins = new Map<string, Origin>();
  #rules = noRules();

  get sections(): Merged["sections"] {
    // What is put under the name of a section is one.
    return this.tree as Merged["sections"];
  }

  putLayer({ name, document }: Pick<Policy, "name" | "document">): void {
    for (const key of MERGED) this.put([key], (document as Tree)[key], { layer: name, path: [key] });
  }

  /** The layer that a part is from; nothing of what no layer says. */
  layerAt(path: Path): string | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = this.#origins.get(formatPointer(path.slice(0, length)));
      if (origin !== undefined) return origin.layer;
    }
    return undefined;
  }

  /** The value there, as far as it is merged. */
  valueAt(path: Path): unknown {
    return valueAt(this.tree, path);
  }

  put(path: Path, value: unknown, origin: Origin): void {
    if (value === undefined) return;
    if (isWhole(path) || !isTreeOrList(value)) this.#replace(path, value, origin);
    else if (Array.isArray(value)) this.#join(path, itemsOf(value), origin);
    else if (path[0] === "env" && path.length === 2) this.#join(path, variables(value), origin);
    else this.#putMembers(path, value as Tree, origin);
  }

  readonly ruleAt = (path: Path): string => {
    let known = this.#rules;
    for (const step of path) known = knownBelow(known, step);
    return (known.rule ??= this.#findRule(path));
  };

  /** The nearest part on the way that a layer wrote; what no layer says is built in. */
  #findRule(path: Path): string {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = this.#origins.get(formatPointer(path.slice(0, length)));
      if (origin === undefined) continue;
      const rest = path.slice(length);
      if (rest.length > 0 && valueAt(this.tree, path) === undefined) break;
      return `${origin.layer}#${formatPointer([...origin.path, ...rest])}`;
    }
    return `built-in#${formatPointer(path)}`;
  }

  #putMembers(path: Path, value: Tree, origin: Origin): void {
    // Also where it has no members: `set: {}` is a map, not nothing.
    if (!isMap(valueAt(this.tree, path))) this.#replace(path, {}, origin);
    for (const [key, member] of Object.entries(value))
      this.put([...path, key], member, { ...origin, path: [...origin.path, key] });
  }

  #join(path: Path, items: readonly (readonly [string | number, unknown])[], origin: Origin): void {
    const present = valueAt(this.tree, path);
    const earlier = (Array.isArray(present) ? (present as unknown[]) : []).map((value, index) => ({
      value,
      origin: this.#origins.get(formatPointer([...path, index])) ?? origin,
    }));
    const later: typeof earlier = [];
    for (const [step, value] of items) {
      const item = { value, origin: { ...origin, path: [...origin.path, step] } };
      const [list, place] = placeOf({ earlier, later }, value, path[0]);
      list[place] = item;
    }
    // Where the first one wins, a later layer's items go first.
    const joined = isFirstWins(path) ? [...later, ...earlier] : [...earlier, ...later];
    this.#write(
      path,
      joined.map(({ value }) => value),
    );
    for (const [index, item] of joined.entries())
      this.#origins.set(formatPointer([...path, index]), item.origin);
    this.#rules = noRules();
  }

  #replace(path: Path, value: unknown, origin: Origin): void {
    this.#write(path, value);
    this.#origins.set(formatPointer(path), origin);
    this.#rules = noRules();
  }

  #write(path: Path, value: unknown): void {
    let map = this.tree;
    for (const step of path.slice(0, -1)) {
      map[step] ??= {};
      // A merger writes maps before their members.
      map = map[step] as Tree;
    }
    map[String(path.at(-1))] = value;
  }
}

/** Lists of which a Pod can have but one item of a name. Of one Secret there may be several values. */
export const NAMED: ReadonlySet<string> = new Set(["env", "volumes", "dnsConfig"]);

interface Item {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Where an item goes: into the place of an equal one of an earlier layer, or of any with its name; else to the end. */
function placeOf(
  { earlier, later }: Record<"earlier" | "later", Item[]>,
  value: unknown,
  section: string | number | undefined,
): [Item[], number] {
  const name = NAMED.has(String(section)) ? nameOf(value) : undefined;
  const hasName = (item: Item): boolean => name !== undefined && nameOf(item.value) === name;
  const before = earlier.findIndex((item) => hasName(item) || deepEqual(item.value, value));
  if (before >= 0) return [earlier, before];
  const beside = later.findIndex(hasName);
  return [later, beside < 0 ? later.length : beside];
}

/** Hosts files and resolvers take the first of two lines. */
function isFirstWins(path: Path): boolean {
  return (
    path[1] === "set" && (path[0] === "hostAliases" || (path[0] === "dnsConfig" && path[2] !== "options"))
  );
}

function nameOf(item: unknown): string | undefined {
  return isMap(item) && typeof item["name"] === "string" ? item["name"] : undefined;
}

/** The map form of `env` as the list that containers have: so that layers of either form can be joined. */
function variables(environment: object): [string, unknown][] {
  return Object.entries(environment).map(([name, value]) => [name, { name, value: value as unknown }]);
}

/** The items at their places; one that was left out is not there. */
function itemsOf(list: readonly unknown[]): [number, unknown][] {
  return [...list.entries()].filter(([, item]) => item !== undefined);
}

function isTreeOrList(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
