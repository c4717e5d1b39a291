import { type Path, formatPath } from "./path.ts";
import { quote } from "./quote.ts";

/** A line and a column of a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a text, told so that its author can mend it. */
export interface Problem {
  readonly path: Path;
  /** The value as it was written, where the problem is with a value. */
  readonly written?: string;
  /** What is wrong and what would be right; reads on after the quoted value. */
  readonly message: string;
  readonly position?: Position;
  /** The problem is a key that nobody knows. */
  readonly unknownKey?: true;
  /** Of what is only worth a word: what it is called. */
  readonly code?: string;
}

/** The problem as one sentence: path, value, what is wrong and what would be right. */
export function describeProblem({ path, written, message }: Problem): string {
  const place = path.length === 0 ? "" : `${formatPath(path)}: `;
  return `${place}${written === undefined ? "" : `${quote(written)} `}${message}`;
}
