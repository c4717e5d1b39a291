import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Path } from "../text/path.ts";
import { SECTIONS } from "./policy-document.ts";
import { isWhole } from "./whole.ts";
import { type Policy } from "./policy.ts";

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
export function mergeLayers(layers: readonly Policy[]): Merged {
  const merger = new Merger();
  for (const { name, document } of layers) {
    // Sections, and the two headers that are rules themselves.
    for (const key of [...SECTIONS, "platform", "trustAnnotations", "onRefusal"])
      merger.put([key], (document as Tree)[key], { layer: name, path: [key] });
  }
  return { sections: merger.tree as Merged["sections"], ruleAt: (path) => merger.ruleAt(path) };
}

class Merger {
  readonly tree: Tree = {};
  readonly #origins = new Map<string, Origin>();
  readonly #rules = new Map<string, string>();

  put(path: Path, value: unknown, origin: Origin): void {
    if (value === undefined) return;
    if (isWhole(path) || !isTreeOrList(value)) this.#replace(path, value, origin);
    else if (Array.isArray(value)) this.#join(path, [...value.entries()], origin);
    else if (path[0] === "env" && path.length === 2) this.#join(path, variables(value), origin);
    else this.#putMembers(path, value as Tree, origin);
  }

  ruleAt(path: Path): string {
    const pointer = formatPointer(path);
    const known = this.#rules.get(pointer);
    if (known !== undefined) return known;
    const rule = this.#findRule(path);
    this.#rules.set(pointer, rule);
    return rule;
  }

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
    if (!isTree(valueAt(this.tree, path))) this.#replace(path, {}, origin);
    for (const [key, member] of Object.entries(value))
      this.put([...path, key], member, { ...origin, path: [...origin.path, key] });
  }

  #join(path: Path, items: readonly (readonly [string | number, unknown])[], origin: Origin): void {
    const present = valueAt(this.tree, path);
    const list: unknown[] = Array.isArray(present) ? [...(present as unknown[])] : [];
    const earlier = list.length;
    for (const [step, item] of items) {
      const replaces = isReplacedBy(item, path[0]);
      const found = list.findIndex((one, index) => replaces(one, index < earlier));
      const place = found < 0 ? list.length : found;
      list[place] = item;
      this.#origins.set(formatPointer([...path, place]), { ...origin, path: [...origin.path, step] });
    }
    this.#write(path, list);
  }

  #replace(path: Path, value: unknown, origin: Origin): void {
    this.#write(path, value);
    this.#origins.set(formatPointer(path), origin);
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
const NAMED = new Set(["env", "volumes", "dnsConfig"]);

/** Whether an item takes the place of another: an equal one of an earlier layer, or any of its name. */
function isReplacedBy(
  item: unknown,
  section: string | number | undefined,
): (one: unknown, isEarlier: boolean) => boolean {
  const name = NAMED.has(String(section)) ? nameOf(item) : undefined;
  return (one, isEarlier) =>
    (name !== undefined && nameOf(one) === name) || (isEarlier && deepEqual(one, item));
}

function nameOf(item: unknown): string | undefined {
  return isTree(item) && typeof item["name"] === "string" ? item["name"] : undefined;
}

/** The map form of `env` as the list that containers have: so that layers of either form can be joined. */
function variables(environment: object): [string, unknown][] {
  return Object.entries(environment).map(([name, value]) => [name, { name, value: value as unknown }]);
}

function isTreeOrList(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function valueAt(tree: Tree, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (isTreeOrList(value) && Object.hasOwn(value, step) ? (value as Tree)[step] : undefined),
    tree,
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
