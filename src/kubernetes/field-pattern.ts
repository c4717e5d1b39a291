import { type Path } from "../text/path.ts";
import { matchesGlob } from "./glob.ts";

/**
 * Fields of an object, step by step from its root. A step names one key, several (`containers|initContainers`), or all that
 * a pattern with `*` covers; `*` by itself stands for all items of a list.
 */
export type FieldPattern = readonly string[];

/** A value and where it stands. */
export interface PlacedValue {
  readonly path: Path;
  readonly value: unknown;
}

/** What stands at the fields of a pattern, in the object's order; what is null stands nowhere. */
export function valuesAt(root: unknown, pattern: FieldPattern): PlacedValue[] {
  let found: PlacedValue[] = [{ path: [], value: root }];
  for (const step of pattern) found = found.flatMap((from) => membersOf(from, step));
  return found;
}

function membersOf({ path, value }: PlacedValue, step: string): PlacedValue[] {
  if (typeof value !== "object" || value === null) return [];
  return keysOf(value, step).flatMap((key) => {
    // Whatever an object holds can be asked for by its own key.
    const member = (value as Record<string | number, unknown>)[key];
    return member === undefined || member === null ? [] : [{ path: [...path, key], value: member }];
  });
}

function keysOf(value: object, step: string): readonly (string | number)[] {
  if (Array.isArray(value)) return step === "*" ? [...value.keys()] : [];
  const keys = step.includes("*")
    ? Object.keys(value).filter((key) => matchesGlob(step, key))
    : step.split("|");
  return keys.filter((key) => Object.hasOwn(value, key));
}
