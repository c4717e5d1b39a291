import { createReadStream } from "node:fs";

import { FileError, unreadable } from "./file-error.ts";

/** A line of a text that is read bit by bit. */
export interface Line {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** Whether a line feed ends it; only the last one may be without. */
  readonly isWhole: boolean;
  /** How many bytes were read when it was complete. */
  readonly bytes: number;
}

/** Reads the lines of a file, of which only one and what is read ahead are held in memory.
 * @throws {FileError} where it cannot be read, or is no UTF-8
 */
export async function* readFileLines(path: string): AsyncGenerator<Line> {
  try {
    yield* readLines(createReadStream(path));
  } catch (error) {
    throw new FileError([unreadable(path, error)]);
  }
}

/** The same of bytes that come from anywhere. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let number = 0;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    const texts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) yield { text, number: (number += 1), isWhole: true, bytes };
  }
  rest += decoder.decode();
  if (rest !== "") yield { text: rest, number: number + 1, isWhole: false, bytes };
}
