import { stringify } from "yaml";

/** An object as YAML that kubectl reads as it is meant. */
export function toYaml(value: unknown): string {
  // kubectl reads YAML 1.1, where a bare `yes` or `1:30` is no text.
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

/** A value on one line, as people would write it. */
export function toPhrase(value: unknown): string {
  const text = stringify(value, {
    version: "1.1",
    collectionStyle: "flow",
    blockQuote: false,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  }).trimEnd();
  const shown = text.length > MAX_PHRASE ? `${text.slice(0, MAX_PHRASE)}…` : text;
  return shown.replace(
    UNSAFE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

const MAX_PHRASE = 400;

// Controls and marks of direction: what a step asked must not steer the reader's terminal.
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
