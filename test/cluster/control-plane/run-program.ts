import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { type Binary, findBinary } from "../assets/binaries.ts";
import { environmentOf } from "./component.ts";

/** How a program ended, and what it said. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one of the binaries to its end, with the directory for its home. */
export async function runProgram(
  name: Binary,
  directory: string,
  words: readonly string[],
  { input, cwd, env }: Surroundings = {},
): Promise<Ran> {
  const command = findBinary(name);
  if (command === undefined) throw new Error(`${name} is missing; get it by npm run cluster:assets`);
  const child = spawn(command, words, { cwd, env: { ...environmentOf(directory), ...env } });
  // It may end before it has read all: that is what it says, not how the test fails.
  child.stdin.on("error", () => undefined).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}
