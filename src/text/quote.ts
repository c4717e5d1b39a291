const MAX_QUOTED = 60;

/** The text in double quotes, safe for a terminal, a log line and an HTTP header; long text is cut. */
export function quote(text: string): string {
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED - 1)}…` : text;
  return harmless(JSON.stringify(shown));
}

/** The text with control characters and marks of direction escaped. */
export function harmless(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

// What cannot be seen can make a line read as another one, or steer the terminal; a line separator ends it.
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
