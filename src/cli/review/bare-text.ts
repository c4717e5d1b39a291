import { type Told } from "./verdict.ts";

/** A finding as a sentence, without its place in the options: the one in the file is worth more. */
export function bareText({ text, position }: Told): string {
  if (position === undefined) return text;
  const inner = ` (line ${position.line}, column ${position.column})`;
  return text.endsWith(inner) ? text.slice(0, -inner.length) : text;
}
