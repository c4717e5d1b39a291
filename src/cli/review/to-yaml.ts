import { stringify } from "yaml";

import { harmless } from "../../text/quote.ts";

/** An object as YAML that kubectl reads as it is meant. */
export function toYaml(value: unknown): string {
  // kubectl reads YAML 1.1, where a bare `yes` or `1:30` is no text.
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

/** A value on one line, as people would write it. */
export function toPhrase(value: unknown): string {
  const flow = { collectionStyle: "flow", blockQuote: false } as const;
  const text = stringify(value, { version: "1.1", ...flow, lineWidth: 0, aliasDuplicateObjects: false });
  return legible(text.trimEnd());
}

/** A text that anybody may have written, fit for a terminal: short, and without control over it. */
export function legible(text: string): string {
  const shown = text.length > MAX_LEGIBLE ? `${text.slice(0, MAX_LEGIBLE)}…` : text;
  return harmless(shown);
}

const MAX_LEGIBLE = 400;
