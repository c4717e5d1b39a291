import { styleText } from "node:util";

import { InputError } from "./input-error.ts";

/** Prints a product of the command: what a pipe is for.
 * @throws {InputError} when a file takes no more, as on a full disk
 */
export function print(text: string): void {
  try {
    process.stdout.write(text);
  } catch (error) {
    throw unwritable(error);
  }
}

/** Tells the person at the keyboard something, one sentence or several lines. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whether what is printed may be coloured: on a terminal, unless https://no-color.org or FORCE_COLOR says otherwise. */
export function isColoured(): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = process.env;
  if (refused !== undefined && refused !== "") return false;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return process.stdout.isTTY && terminal !== "dumb";
}

/** How many characters a printed line may have; without end where a program reads, unless COLUMNS says otherwise. */
export function lineWidth(): number {
  const told = Number(process.env["COLUMNS"]);
  if (Number.isInteger(told) && told > 0) return Math.max(told, 20);
  // Not a terminal's stream: it has no columns, whatever its type says.
  return process.stdout.isTTY ? Math.max(process.stdout.columns, 20) : Infinity;
}

/** Lets a reader such as `head` go away early: what is left unread is no defect. */
export function forgiveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw unwritable(error);
    });
  }
}

function unwritable(error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  return new InputError([`podpecker: what it prints cannot be written: ${error.message}`]);
}

/** The text in a style. */
export function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return styleText(style, text, { validateStream: false });
}

/** The same where what is printed may be coloured. */
export const paintIf = (style: Parameters<typeof paint>[0], text: string): string =>
  isColoured() ? paint(style, text) : text;
