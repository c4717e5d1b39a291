/**
 * Whether a pattern covers a text as a whole: `*` stands for any run of characters, none and `/` included, all else
 * for itself. Never slow, whoever wrote the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = "", ...middle] = pattern.split("*");
  const last = middle.pop();
  if (last === undefined) return pattern === text;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  return holdsInOrder(middle, text.slice(first.length, end));
}

/** Whether any of the patterns covers the text; none of no patterns does. */
export const matchesAnyGlob = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, text));

function holdsInOrder(parts: readonly string[], text: string): boolean {
  // The leftmost place for each part leaves the most room for the next, so that nothing is ever tried twice.
  let from = 0;
  for (const part of parts) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return true;
}
