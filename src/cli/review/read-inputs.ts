import { FileError } from "../../adapters/files/file-error.ts";
import { type PolicyFile, readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { InputError } from "../input-error.ts";

/** Reads what is to be reviewed, in the order of the arguments; `-` is standard input, as no argument at all.
 * @throws {InputError} with everything that cannot be read
 */
export async function readInputs(names: readonly string[]): Promise<PolicyFile[]> {
  const problems: string[] = [];
  const inputs: PolicyFile[] = [];
  for (const name of names.length === 0 ? ["-"] : names) {
    const read = await attempt(() => (name === "-" ? readStandardInput() : readPolicyFiles([name])));
    if (Array.isArray(read)) inputs.push(...read);
    else problems.push(...read.problems);
  }
  if (problems.length > 0) throw new InputError(problems);
  return inputs;
}

async function attempt(read: () => Promise<PolicyFile[]>): Promise<PolicyFile[] | FileError | InputError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FileError || error instanceof InputError) return error;
    throw error;
  }
}

async function readStandardInput(): Promise<PolicyFile[]> {
  if (process.stdin.isTTY) {
    throw new InputError(["podpecker: there is nothing to review; name files, or pipe Pods into it"]);
  }
  const chunks: Buffer[] = [];
  // Without an encoding set, a stream of bytes yields buffers.
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return [{ path: "standard input", text: decode(Buffer.concat(chunks)) }];
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError)
      throw new InputError(["standard input: is not UTF-8 text; save it as UTF-8"]);
    throw error;
  }
}
