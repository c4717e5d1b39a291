import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { FileError, unreadable } from "./file-error.ts";

/** The files whose names end so, below a directory at any depth, sorted; a file is itself. Hidden folders are left out, and node_modules.
 * @throws {FileError} when something cannot be looked at
 */
export async function findBelow(path: string, ending: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const found = entries
      .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
      .map(async (entry) => {
        const file = join(path, entry.name);
        if (entry.isDirectory()) return await findBelow(file, ending);
        return entry.name.endsWith(ending) ? [file] : [];
      });
    return (await Promise.all(found)).flat().sort();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError([unreadable(path, error)]);
  }
}
