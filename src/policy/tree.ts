import { type Path } from "../text/path.ts";

/** The value that stands at a path inside of another one; nothing where the way does not lead there. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    // A list is a map with numbers for keys.
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
