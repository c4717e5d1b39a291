import { existsSync } from "node:fs";
import { basename } from "node:path";

import { type PolicyFile } from "../../adapters/files/read-policy-files.ts";
import { InputError } from "../input-error.ts";
import { readInputs } from "../review/read-inputs.ts";

// Where Woodpecker's server looks, in its order.
const USUAL = [".woodpecker", ".woodpecker.yaml", ".woodpecker.yml"];

/** Reads workflows: those that are named, or those of the directory that the command is run in.
 * @throws {InputError} with everything that cannot be read
 */
export async function readWorkflowFiles(names: readonly string[]): Promise<PolicyFile[]> {
  const found = names.length > 0 ? names : USUAL.filter((name) => existsSync(name)).slice(0, 1);
  if (found.length === 0)
    throw new InputError([
      `podpecker: there is no workflow here; name a file, or run it where one of ${USUAL.join(", ")} is`,
    ]);
  const files = await readInputs(found);
  // Beside workflows a directory may hold other things; a server reads YAML only.
  return files.filter(({ path }) => names.includes(path) || !path.endsWith(".json"));
}

/** What Woodpecker calls a workflow: its file, without directory, first dot and ending. */
export const workflowName = (path: string): string =>
  basename(path)
    .replace(/\.ya?ml$/, "")
    .replace(/^\./, "");
