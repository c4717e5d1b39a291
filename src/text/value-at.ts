import { type Path } from "./path.ts";

/** The value that stands at a path inside of another one; nothing where the way does not lead there. */
export function valueAt(value: unknown, path: Path): unknown {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return undefined;
    // A list is a map with numbers for keys.
    inner = (inner as Record<string | number, unknown>)[step];
  }
  return inner;
}
