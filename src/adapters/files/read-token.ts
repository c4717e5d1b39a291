import { readFile } from "node:fs/promises";

import { FileError, unreadable } from "./file-error.ts";

// Sixteen characters of anything are out of reach of guessing over a network.
const MIN_TOKEN = 16;
const MAX_TOKEN = 4096;

/** Reads a token from a file, the spaces around it left out.
 * @throws {FileError} when it cannot be read, or is no token
 */
export async function readToken(path: string): Promise<string> {
  const token = await readFile(path, "utf8").then(
    (text) => text.trim(),
    (error: unknown) => {
      throw new FileError([unreadable(path, error)]);
    },
  );
  const isToken = token.length >= MIN_TOKEN && token.length <= MAX_TOKEN && !/\s/.test(token);
  if (isToken) return token;
  const wanted = `one line of ${MIN_TOKEN} characters or more, such as openssl rand -hex 32 prints`;
  throw new FileError([`"${path}" holds no token; put ${wanted} there`]);
}
