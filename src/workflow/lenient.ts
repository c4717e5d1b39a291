import { type z } from "zod";

import { problemsOf } from "../text/check.ts";
import { type TextDocument } from "../text/document.ts";
import { isMap } from "../text/is-map.ts";
import { partOf } from "../text/part-of.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { without } from "../text/without.ts";

/** A value that was read, or what is wrong with it; and the keys that nobody knows. */
export interface Lenient<Value> {
  readonly value?: Value;
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

/** Reads a part of a document. As for Woodpecker, a key that nobody knows is no more than worth a word. */
export function readLeniently<Value>(
  schema: z.ZodType<Value>,
  document: TextDocument,
  path: Path,
): Lenient<Value> {
  const part = partOf(document, path);
  const value = withoutNulls(part.value);
  const read = schema.safeParse(value);
  if (read.success) return { value: read.data, problems: [], notes: [] };
  const told = problemsOf(read.error, part);
  const notes = told.filter(({ unknownKey }) => unknownKey === true);
  const rest = schema.safeParse(
    without(
      value,
      notes.map((note) => note.path),
    ),
  );
  const placed = (problem: Problem): Problem => ({ ...problem, path: [...path, ...problem.path] });
  if (rest.success) return { value: rest.data, problems: [], notes: notes.map(placed) };
  return { problems: problemsOf(rest.error, part).map(placed), notes: notes.map(placed) };
}

/** A key without a value is as one that is not there. */
function withoutNulls(value: unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
