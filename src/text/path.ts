import { quote } from "./quote.ts";

/** Where a value stands in a document: keys of maps, indices of lists. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

/** The path as people write it: `resources.limits["nvidia.com/gpu"]`, `tolerations[0].key`. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join("").replace(/^\./, "");
}

function formatStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return PLAIN_KEY.test(step) ? `.${step}` : `[${quote(step)}]`;
}

// A key after a dot, an index, or a key in quotes of either kind.
const STEP =
  /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(0|[1-9][0-9]{0,8})\]|\[("(?:[^"\\]|\\["\\/bfnrtu])*")\]|\['([^']*)'\]/y;

/** The path that somebody wrote as `formatPath` does, quotes of either kind; nothing where it is none. */
export function parsePath(text: string): Path | undefined {
  const whole = text.startsWith("[") ? text : `.${text}`;
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < whole.length) {
    const found = STEP.exec(whole);
    const step = found === null ? undefined : readStep(found);
    if (step === undefined) return undefined;
    path.push(step);
  }
  return path;
}

function readStep([, key, index, quoted, single]: RegExpExecArray): string | number | undefined {
  if (index !== undefined) return Number(index);
  return quoted === undefined ? (key ?? single) : unquoted(quoted);
}

function unquoted(text: string): string | undefined {
  try {
    // A JSON text in quotes is a string.
    return JSON.parse(text) as string;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
