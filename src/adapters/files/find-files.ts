import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { unreadable } from "./file-error.ts";

/** Which files of a directory count. */
export interface Sought {
  /** What their names match. */
  readonly pattern: RegExp;
  /** What is said of a directory without any; reads on after its name. */
  readonly noneThere: string;
}

/** Files as they are and directories by the files directly in them that count, sorted by name. Every problem is added to `problems`. */
export async function findFiles(
  paths: readonly string[],
  sought: Sought,
  problems: string[],
): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const entry = await attempt(path, problems, () => stat(path));
    if (entry?.isDirectory() === true) files.push(...(await inDirectory(path, sought, problems)));
    else if (entry !== undefined) files.push(path);
  }
  return files;
}

// A mounted ConfigMap shows each file as a link beside `..data`; hidden names are the kubelet's, an editor's or git's.
async function inDirectory(
  path: string,
  { pattern, noneThere }: Sought,
  problems: string[],
): Promise<string[]> {
  const names = await attempt(path, problems, () => readdir(path));
  if (names === undefined) return [];
  const candidates = names.filter((name) => !name.startsWith(".") && pattern.test(name)).sort();
  const files: string[] = [];
  for (const name of candidates) {
    const file = join(path, name);
    const entry = await attempt(file, problems, () => stat(file));
    if (entry?.isFile() === true) files.push(file);
  }
  if (candidates.length === 0) problems.push(`"${path}" ${noneThere}`);
  return files;
}

/** What reading yields; nothing where it fails, with one problem more. */
export async function attempt<T>(
  path: string,
  problems: string[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    problems.push(unreadable(path, error));
    return undefined;
  }
}
