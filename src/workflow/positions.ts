import { type TextDocument } from "../text/document.ts";
import { type Position } from "../text/problem.ts";

/** Turns offsets of a text into lines and columns, and back. */
export interface Ruler {
  readonly positionOf: (offset: number) => Position;
  readonly offsetOf: (position: Position) => number;
}

/** Measures a text once. */
export function createRuler(text: string): Ruler {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return {
    offsetOf: ({ line, column }) => (starts[Math.min(line, starts.length) - 1] ?? 0) + column - 1,
    positionOf: (offset) => {
      const line = countUpTo(starts, offset);
      return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
    },
  };
}

/** How many of the sorted numbers are not above the bound. */
function countUpTo(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The document with its positions as those of another text, from which it was made. */
export function relocated(document: TextDocument, move: (position: Position) => Position): TextDocument {
  return {
    ...document,
    position: (path) => move(document.position(path)),
    keyPosition: (path) => move(document.keyPosition(path)),
    inner: (path) => {
      const inner = document.inner(path);
      return (position) => move(inner(position));
    },
  };
}
