import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { FileError, unreadable } from "./file-error.ts";

/** A text and where it came from, the path as the administrator would write it. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

const POLICY_FILE = /\.(ya?ml|json)$/i;

/** Reads files as they are and directories by the policy files directly in them, sorted by name, each file once.
 * @throws {FileError} with every problem, when there is one
 */
export async function readPolicyFiles(paths: readonly string[]): Promise<PolicyFile[]> {
  const problems: string[] = [];
  const files = new Map<string, PolicyFile>();
  for (const path of await expand(paths, problems)) {
    const text = await attempt(path, problems, async () => decode(await readFile(path)));
    if (text !== undefined && !files.has(resolve(path))) files.set(resolve(path), { path, text });
  }
  if (problems.length > 0) throw new FileError([...new Set(problems)]);
  return [...files.values()];
}

async function expand(paths: readonly string[], problems: string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const entry = await attempt(path, problems, () => stat(path));
    if (entry?.isDirectory() === true) files.push(...(await inDirectory(path, problems)));
    else if (entry !== undefined) files.push(path);
  }
  return files;
}

// A mounted ConfigMap shows each file as a link beside `..data`; hidden names are the kubelet's, an editor's or git's.
async function inDirectory(path: string, problems: string[]): Promise<string[]> {
  const names = await attempt(path, problems, () => readdir(path));
  if (names === undefined) return [];
  const candidates = names.filter((name) => !name.startsWith(".") && POLICY_FILE.test(name)).sort();
  const files: string[] = [];
  for (const name of candidates) {
    const file = join(path, name);
    const entry = await attempt(file, problems, () => stat(file));
    if (entry?.isFile() === true) files.push(file);
  }
  if (candidates.length === 0) {
    problems.push(`"${path}" holds no policy file; put a file ending in .yaml, .yml or .json there`);
  }
  return files;
}

async function attempt<T>(path: string, problems: string[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    problems.push(unreadable(path, error));
    return undefined;
  }
}

// Takes a byte order mark away and refuses what is not text.
const decode = (bytes: Buffer): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
