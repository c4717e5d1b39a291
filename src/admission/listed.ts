// A message is one field of an API object and a few screens of a terminal.
const MAX_LINES = 100;

/** Sentences as the lines of a message, with a word about those that are too many. */
export function listed(sentences: readonly string[]): string[] {
  const lines = sentences.slice(0, MAX_LINES).map((sentence) => `- ${sentence}`);
  const more = sentences.length - lines.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}
