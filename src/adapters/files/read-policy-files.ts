import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { FileError } from "./file-error.ts";
import { attempt, findFiles } from "./find-files.ts";

/** A text and where it came from, the path as the administrator would write it. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

const POLICY_FILES = {
  pattern: /\.(ya?ml|json)$/i,
  noneThere: "holds no policy file; put a file ending in .yaml, .yml or .json there",
};

/** Reads files as they are and directories by the policy files directly in them, sorted by name, each file once.
 * @throws {FileError} with every problem, when there is one
 */
export async function readPolicyFiles(paths: readonly string[]): Promise<PolicyFile[]> {
  const problems: string[] = [];
  const files = new Map<string, PolicyFile>();
  for (const path of await findFiles(paths, POLICY_FILES, problems)) {
    const text = await attempt(path, problems, async () => decode(await readFile(path)));
    if (text !== undefined && !files.has(resolve(path))) files.set(resolve(path), { path, text });
  }
  if (problems.length > 0) throw new FileError([...new Set(problems)]);
  return [...files.values()];
}

// Takes a byte order mark away and refuses what is not text.
const decode = (bytes: Buffer): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
