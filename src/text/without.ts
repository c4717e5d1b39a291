import { isMap } from "./is-map.ts";
import { Numeric } from "./numeric.ts";
import { type Path } from "./path.ts";

/** A value without the members of its maps that stand at these paths. */
export function without(value: unknown, paths: readonly Path[], at: Path = []): unknown {
  if (!isMap(value) || value instanceof Numeric) return value;
  const members = Object.entries(value)
    .filter(([key]) => !paths.some((path) => isSamePath(path, [...at, key])))
    .map(([key, member]) => [key, without(member, paths, [...at, key])]);
  return Object.fromEntries(members) as unknown;
}

/** Whether two paths lead to one place. */
export function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
