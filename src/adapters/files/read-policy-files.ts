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

/** How the names of files with tests of policies end. */
export const TEST_FILE = ".test.yaml";

/** Reads files as they are and directories by the policy files directly in them, sorted by name, each file once. Tests
 * beside the policies are none: files so named that hold cases.
 * @throws {FileError} with every problem, when there is one
 */
export async function readPolicyFiles(paths: readonly string[]): Promise<PolicyFile[]> {
  const problems: string[] = [];
  const files = new Map<string, PolicyFile>();
  const found = await findFiles(paths, POLICY_FILES, problems);
  for (const path of found) {
    const text = await attempt(path, problems, async () => decode(await readFile(path)));
    if (text === undefined || files.has(resolve(path))) continue;
    if (paths.includes(path) || !isTest(path, text)) files.set(resolve(path), { path, text });
  }
  if (files.size === 0 && problems.length === 0 && found.length > 0)
    problems.push(`"${paths.join('", "')}" holds tests only; put the file of a policy there`);
  if (problems.length > 0) throw new FileError([...new Set(problems)]);
  return [...files.values()];
}

// The name alone does not do: a policy that somebody named so would not be in force, and nobody would be told.
const isTest = (path: string, text: string): boolean => path.endsWith(TEST_FILE) && /^cases:/m.test(text);

// Takes a byte order mark away and refuses what is not text.
const decode = (bytes: Buffer): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
