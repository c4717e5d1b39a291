// Deeper than any document of Kubernetes (affinity has 12 levels), far from the end of the stack.
const MAX_DEPTH = 64;
// Text in quotes may hold some; of a run of them the parser would make an error each.
const MAX_STRAY = 16;
const COMPACT_RUN = new RegExp(`(?:^|\\n)[ \\t]*(?:[-?:][ \\t]+){${MAX_DEPTH}}`);

const TOO_DEEP = "is nested too deeply to be read";

/**
 * Why a text is not given to the parser, or nothing. The parser recurses, and near the end of the stack the process may
 * be aborted rather than told: brackets and runs of indicators are counted before.
 */
export function nestingProblem(text: string, maxBrackets: number): string | undefined {
  const count = { depth: 0, deepest: 0, opened: 0, stray: 0 };
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    if (bracket === "[" || bracket === "{") open(count);
    else close(count);
  }
  if (count.deepest > MAX_DEPTH || COMPACT_RUN.test(text)) return TOO_DEEP;
  if (count.stray > MAX_STRAY) return "has closing brackets that nothing opens";
  return count.opened > maxBrackets ? `has more than ${maxBrackets} opening brackets` : undefined;
}

interface Count {
  depth: number;
  deepest: number;
  opened: number;
  stray: number;
}

function open(count: Count): void {
  count.opened += 1;
  count.depth += 1;
  count.deepest = Math.max(count.deepest, count.depth);
}

function close(count: Count): void {
  if (count.depth === 0) count.stray += 1;
  else count.depth -= 1;
}
