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

// Lone marks of direction can make a line read as another one; a line separator ends it.
const UNSAFE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
