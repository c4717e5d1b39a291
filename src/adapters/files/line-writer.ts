import { type FileHandle, open } from "node:fs/promises";

import { FileError, unwritable } from "./file-error.ts";
import { rotateFile } from "./rotate-file.ts";

/** Writes lines to a file, sooner or later. */
export interface LineWriter {
  /** Returns at once and never throws. */
  readonly write: (line: string) => void;
  /** Resolves once all that was written so far is in the file, or lost. */
  readonly flush: () => Promise<void>;
}

/** Where lines go, how much is kept of them, and who hears of those that could not be written. */
export interface LineWriting {
  readonly path: string;
  /** A file that would be larger is put aside and a new one begun. */
  readonly maxBytes: number;
  /** How many files are kept, the one that is written among them. */
  readonly files: number;
  /** Called once, until lines can be written again. */
  readonly onProblem: (error: FileError) => void;
  readonly onLost: (lines: number) => void;
  /** How much may wait for a slow disk; what is more is lost. */
  readonly maxWaiting?: number;
  /** How long a line waits for company, in milliseconds. */
  readonly settleMs?: number;
}

const PRIVATE = 0o600;

/** Makes a writer of lines to a file that only its owner may read. The file is opened by its name for each batch, so
 * that it may be moved away under the writer.
 * @throws {FileError} when the file cannot be written at the start
 */
export async function openLineWriter(writing: LineWriting): Promise<LineWriter> {
  const { path, onProblem, onLost, maxWaiting = 8 * 1024 * 1024, settleMs = 100 } = writing;
  await tryToWrite(path);
  let waiting: string[] = [];
  let length = 0;
  let isBroken = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay = Promise.resolve();

  const writeWaiting = async (): Promise<void> => {
    const chunks = inChunks(waiting, writing.maxBytes);
    [waiting, length] = [[], 0];
    for (const lines of chunks) await append(lines.join(""), writing).then(written, lose(lines.length));
  };
  const written = (): void => {
    isBroken = false;
  };
  const lose = (lines: number) => (error: unknown) => {
    onLost(lines);
    if (!isBroken) onProblem(new FileError([unwritable(path, error)]));
    isBroken = true;
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    underWay = underWay.then(writeWaiting);
    return underWay;
  };
  const write = (line: string): void => {
    if (length + line.length > maxWaiting) {
      onLost(1);
      return;
    }
    waiting.push(`${line}\n`);
    length += line.length;
    timer ??= setTimeout(() => void flush(), settleMs).unref();
  };
  return { write, flush };
}

async function tryToWrite(path: string): Promise<void> {
  try {
    await withFile(path, async (file) => {
      // Not a pipe's, nor a device's.
      if ((await file.stat()).isFile()) await file.chmod(PRIVATE);
    });
  } catch (error) {
    throw new FileError([unwritable(path, error)]);
  }
}

/** Lines that go into one file together. */
function inChunks(lines: readonly string[], maxBytes: number): string[][] {
  const chunks: string[][] = [];
  let room = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    const last = chunks.at(-1);
    if (last === undefined || bytes > room) {
      chunks.push([line]);
      room = maxBytes - bytes;
    } else {
      last.push(line);
      room -= bytes;
    }
  }
  return chunks;
}

async function append(text: string, { path, maxBytes, files }: LineWriting): Promise<void> {
  const isAppended = await withFile(path, (file) => appendWithin(file, text, maxBytes));
  if (isAppended) return;
  await rotateFile(path, files);
  await withFile(path, (file) => appendWithin(file, text, Infinity));
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "a", PRIVATE);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Nothing happens to a file that would be too large. */
async function appendWithin(file: FileHandle, text: string, maxBytes: number): Promise<boolean> {
  const entry = await file.stat();
  const before = entry.isFile() ? entry.size : 0;
  if (before > 0 && before + Buffer.byteLength(text) > maxBytes) return false;
  try {
    await file.appendFile(text);
  } catch (error) {
    // Half a line would spoil the next one. Where even this fails, there is none.
    if (entry.isFile()) await file.truncate(before).catch(() => undefined);
    throw error;
  }
  return true;
}
