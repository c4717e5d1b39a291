import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { type Line, readFileLines, readLines } from "#src/adapters/files/read-lines.ts";
import { runs } from "#test/runs.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

async function all(lines: AsyncIterable<Line>): Promise<Line[]> {
  const found: Line[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield await Promise.resolve(bytes.subarray(start, start + size));
}

describe("lines", () => {
  it("are numbered, and the last one tells whether it is whole", async () => {
    const lines = await all(readLines(inPieces(Buffer.from("ä\n\nthe end"), 3)));

    expect(lines.map(({ text, number, isWhole }) => [number, text, isWhole])).toEqual([
      [1, "ä", true],
      [2, "", true],
      [3, "the end", false],
    ]);
    expect(lines.at(-1)?.bytes).toBe(11);
  });

  test.prop(
    [
      fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/\n|\ufeff/g, ""))),
      fc.integer({ min: 1, max: 9 }),
    ],
    {
      numRuns: runs(200),
    },
  )("are the same however the bytes are cut", async (texts, size) => {
    const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));

    const lines = await all(readLines(inPieces(bytes, size)));

    expect(lines.map(({ text }) => text)).toEqual(texts);
  });

  it("are not read of what is no text, nor of what is not there", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "bad.jsonl"), Buffer.from([0x61, 0x0a, 0xff, 0xfe]));

    await expect(all(readFileLines(join(directory, "bad.jsonl")))).rejects.toThrow("it is not UTF-8 text");
    await expect(all(readFileLines(join(directory, "no.jsonl")))).rejects.toThrow("there is no such file");
  });
});
