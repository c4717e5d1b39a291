import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { type FileError } from "#src/adapters/files/file-error.ts";
import { type LineWriting, openLineWriter } from "#src/adapters/files/line-writer.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

async function writer(changes: Partial<LineWriting> = {}) {
  const folder = await temporaryDirectory();
  const path = changes.path ?? join(folder, "reviews.jsonl");
  const problems: string[] = [];
  const lost: number[] = [];
  const lines = await openLineWriter({
    path,
    maxBytes: 1_000_000,
    files: 3,
    onProblem: (error: FileError) => problems.push(...error.problems),
    onLost: (count) => lost.push(count),
    ...changes,
  });
  const read = async (name = "reviews.jsonl"): Promise<string> => readFile(join(folder, name), "utf8");
  return { ...lines, folder, path, problems, lost, read };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("a writer of lines", () => {
  it("appends all that is written, for its owner's eyes only", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "reviews.jsonl");
    await writeFile(path, "before\n");
    await chmod(path, 0o644);
    const { write, flush, problems, lost } = await writer({ path });

    for (let count = 0; count < 300; count += 1) write(`line ${count}`);
    await flush();
    write("last");
    await flush();

    const lines = (await readFile(path, "utf8")).split("\n");
    expect([lines.length, lines[0], lines[1], lines[300], lines[301]]).toEqual([
      ...[303, "before", "line 0", "line 299", "last"],
    ]);
    expect(await modeOf(path)).toBe(0o600);
    expect([problems, lost]).toEqual([[], []]);
  });

  it("writes without being asked to", async () => {
    const { write, path, flush } = await writer({ settleMs: 1 });
    write("a");

    await expect.poll(() => readFile(path, "utf8")).toBe("a\n");
    await flush();
  });

  it("begins a new file where one would be too large, and keeps so many", async () => {
    const { write, flush, folder, path, read } = await writer({ maxBytes: 20 });

    for (const line of ["one-one-one", "two", "three-three-three", "four-four", "five"]) {
      write(line);
      await flush();
    }
    for (const line of ["six-six-six-six", "seven", "an endless line that fits nowhere"]) write(line);
    await flush();

    expect((await readdir(folder)).sort()).toEqual(["reviews.1.jsonl", "reviews.2.jsonl", "reviews.jsonl"]);
    expect(await read()).toBe("an endless line that fits nowhere\n");
    expect(await read("reviews.1.jsonl")).toBe("seven\n");
    expect(await read("reviews.2.jsonl")).toBe("six-six-six-six\n");
    expect(await modeOf(path)).toBe(0o600);
  });

  it("keeps a single file where that is all", async () => {
    const { write, flush, folder, read } = await writer({ maxBytes: 10, files: 1 });

    for (const line of ["first-line", "second"]) {
      write(line);
      await flush();
    }

    expect(await readdir(folder)).toEqual(["reviews.jsonl"]);
    expect(await read()).toBe("second\n");
  });

  it("goes on with a new file where its own is moved away, or removed", async () => {
    const { write, flush, path, folder, read, problems } = await writer();

    write("a");
    await flush();
    await rename(path, join(folder, "moved"));
    write("b");
    await flush();
    expect([await read("moved"), await read()]).toEqual(["a\n", "b\n"]);
    await rm(path);
    write("c");
    await flush();

    expect(await read()).toBe("c\n");
    expect(await modeOf(path)).toBe(0o600);
    expect(problems).toEqual([]);
  });

  it("tells once that it cannot write, counts what is lost, and goes on when it can again", async () => {
    const { write, flush, path, read, problems, lost } = await writer();
    await rm(path);
    await mkdir(path);

    write("a");
    write("b");
    await flush();
    write("c");
    await flush();
    await rm(path, { recursive: true });
    write("d");
    await flush();

    expect(problems).toEqual([`"${path}" cannot be written: it is a directory; name a file`]);
    expect(lost).toEqual([2, 1]);
    expect(await read()).toBe("d\n");
  });

  // Linux has a device that is always full; elsewhere there is nothing to try it with.
  it.runIf(existsSync("/dev/full"))("loses what a full disk does not take, and says so once", async () => {
    const { write, flush, problems, lost } = await writer({ path: "/dev/full" });

    write("a");
    await flush();
    write("b");
    await flush();

    expect(problems).toEqual([expect.stringMatching(/^"\/dev\/full" cannot be written: the disk is full/)]);
    expect(lost).toEqual([1, 1]);
  });

  it("does not wait for a disk without end", async () => {
    const { write, flush, read, lost } = await writer({ maxWaiting: 10 });

    for (const line of ["1234", "5678", "90ab"]) write(line);
    await flush();

    expect(lost).toEqual([1]);
    expect(await read()).toBe("1234\n5678\n");
  });

  it("does not begin where nothing can be written", async () => {
    const path = join(await temporaryDirectory(), "missing", "reviews.jsonl");

    await expect(writer({ path })).rejects.toThrow(/cannot be written: there is no such file or directory/);
  });
});
