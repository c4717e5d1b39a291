import { rename, rm } from "node:fs/promises";
import { parse, join } from "node:path";

/** Makes room for a new file of the name: `a.jsonl` becomes `a.1.jsonl`, that `a.2.jsonl`, and what would be one more
 * than `files` in all is gone. */
export async function rotateFile(path: string, files: number): Promise<void> {
  for (let number = files - 2; number >= 0; number -= 1)
    await rename(numbered(path, number), numbered(path, number + 1)).catch(unlessMissing);
  // The only one that is kept is the one that is written.
  if (files === 1) await rm(path, { force: true });
}

function numbered(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return number === 0 ? path : join(dir, `${name}.${number}${ext}`);
}

/** Somebody else may tidy up there. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
