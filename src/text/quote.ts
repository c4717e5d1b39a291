const MAX_QUOTED = 60;

/** The text in double quotes, safe for a terminal, a log line and an HTTP header: control and bidi characters escaped, long text cut. */
export function quote(text: string): string {
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED - 1)}…` : text;
  return JSON.stringify(shown).replace(UNSAFE, escapeCharacter);
}

// JSON leaves DEL, the C1 controls, line separators, lone marks of direction and the BOM as they are.
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
