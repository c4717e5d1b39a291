import { type TextDocument } from "../text/document.ts";
import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";
import { type Path } from "../text/path.ts";

const MERGE = "<<";

/**
 * A document with what its keys `<<` stand for put in: a map gets the members of another one that it does not have
 * itself, and a list, at an item `<<: *others`, the items of another one.
 */
export function withMerges(document: TextDocument): TextDocument {
  const merger = new Merger();
  const value = merger.merge(document.value, []);
  const raw = (path: Path): Path => merger.before(path);
  return {
    value,
    position: (path) => document.position(raw(path)),
    keyPosition: (path) => document.keyPosition(raw(path)),
    written: (path) => document.written(raw(path)),
    inner: (path) => document.inner(raw(path)),
  };
}

class Merger {
  /** Of lists that grew, by their path: which item each one came from. */
  readonly #origins = new Map<string, readonly number[]>();

  merge(value: unknown, path: Path): unknown {
    if (Array.isArray(value)) return this.#list(value, path);
    if (!isMap(value) || value instanceof Numeric) return value;
    const own = Object.entries(value).filter(([key]) => key !== MERGE);
    const others = [value[MERGE]].flat().map((other) => this.merge(other, [...path, MERGE]));
    // Of several the first one goes before the others, and what stands there itself before all.
    const inherited = others
      .filter(isMap)
      .reverse()
      .flatMap(Object.entries<unknown>);
    const members = new Map([...inherited, ...own]);
    return Object.fromEntries([...members].map(([key, member]) => [key, this.merge(member, [...path, key])]));
  }

  /** The path as it was before lists grew. */
  before(path: Path): Path {
    return path.map((step, index) => {
      const origins = this.#origins.get(JSON.stringify(path.slice(0, index)));
      return typeof step === "number" ? (origins?.[step] ?? step) : step;
    });
  }

  #list(items: readonly unknown[], path: Path): unknown[] {
    const merged = items.map(mergedItems);
    if (merged.some((others) => others.length !== 1))
      this.#origins.set(
        JSON.stringify(path),
        merged.flatMap((others, index) => others.map(() => index)),
      );
    return merged.flat().map((item, index) => this.merge(item, [...path, index]));
  }
}

function mergedItems(item: unknown): readonly unknown[] {
  const keys = isMap(item) ? Object.keys(item) : [];
  const others = isMap(item) && keys.length === 1 ? item[MERGE] : undefined;
  return Array.isArray(others) ? others : [item];
}

/** Whether maps and lists stand inside each other more often than so many times. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof Numeric) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
