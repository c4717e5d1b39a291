import { CommanderError } from "commander";

import { EXIT } from "./exit-code.ts";
import { mendable } from "./mendable.ts";
import { createProgram } from "./program.ts";
import { forgiveClosedPipes, tell } from "./terminal.ts";

/** Runs one command line. The process ends by itself, when all that was printed is written. */
export async function run(words: readonly string[]): Promise<void> {
  forgiveClosedPipes();
  // Node's own exit code for these would be 1, which means "denied".
  process.on("uncaughtException", (error) => process.exit(report(error)));
  try {
    const program = await createProgram(words);
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // commander has told its own errors already; help and version that were asked for are none.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.unusable;
  const sentences = mendable(error);
  if (sentences === undefined) return reportDefect(error);
  for (const sentence of sentences) tell(sentence);
  return EXIT.unusable;
}

function reportDefect(error: unknown): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(`podpecker: this is a defect of Podpecker, please report it with these lines:\n${stack}`);
  return EXIT.defect;
}
