import { matchesGlob } from "../kubernetes/glob.ts";

// The longest value that a pattern is tried on: each of its beginnings is compared.
const MAX_TRIMMED = 4096;

/** What an operator makes of a value and the words behind it; nothing where this cannot be worked out. */
export type Operator = (value: string, words: readonly string[]) => string | undefined;

const orElse: Operator = (value, words) => (value === "" ? words.join("") : value);

/**
 * The operators of `${NAME…}`, as Woodpecker's server reads them.
 * https://github.com/drone/envsubst/blob/v1.0.3/template.go#L119: all that begin with a colon and a sign are one.
 */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  "": (value) => value,
  "=": orElse,
  ":=": orElse,
  ":-": orElse,
  ":?": orElse,
  ":+": orElse,
  ":": slice,
  ",": (value) => value.slice(0, 1).toLowerCase() + value.slice(1),
  ",,": (value) => value.toLowerCase(),
  "^": (value) => value.slice(0, 1).toUpperCase() + value.slice(1),
  "^^": (value) => value.toUpperCase(),
  "#": (value, [pattern = ""]) => trim(value, pattern, "shortest"),
  "##": (value, [pattern = ""]) => trim(value, pattern, "longest"),
  "%": (value, [pattern = ""]) => mirrored(trim(mirrored(value), mirrored(pattern), "shortest")),
  "%%": (value, [pattern = ""]) => mirrored(trim(mirrored(value), mirrored(pattern), "longest")),
  "/": (value, [from = "", to = ""]) => (value.split(from).length > 1 ? spliced(value, from, to) : value),
  "//": (value, [from = "", to = ""]) => (from === "" ? value : value.replaceAll(from, () => to)),
  "/#": (value, [from = "", to = ""]) => (value.startsWith(from) ? to + value.slice(from.length) : value),
  "/%": (value, [from = "", to = ""]) =>
    value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value,
};

/** Whether a value that is missing is no more than a reason to take the words behind the operator. */
export const hasDefault = (operator: string): boolean => OPERATORS[operator] === orElse;

function spliced(value: string, from: string, to: string): string {
  const at = value.indexOf(from);
  return value.slice(0, at) + to + value.slice(at + from.length);
}

function slice(value: string, [offset = "", length]: readonly string[]): string {
  const at = wholeNumber(offset);
  if (at === undefined) return value;
  const start = at < 0 ? Math.max(value.length + at, 0) : at;
  if (length === undefined) return value.slice(start);
  const count = wholeNumber(length);
  return count === undefined || count < 0 ? value : value.slice(start, start + count);
}

const wholeNumber = (text: string): number | undefined =>
  /^[-+]?\d{1,15}$/.test(text) ? Number(text) : undefined;

/** The value without its shortest or longest beginning that the pattern covers; an empty one does not count. */
function trim(value: string, pattern: string, which: "shortest" | "longest"): string | undefined {
  if (value.length > MAX_TRIMMED || /[?[\]\\]/.test(pattern)) return undefined;
  const lengths = Array.from({ length: value.length }, (_, index) => index + 1);
  const covered = lengths.filter((length) => matchesGlob(pattern, value.slice(0, length)));
  return value.slice((which === "shortest" ? covered[0] : covered.at(-1)) ?? 0);
}

function mirrored(text: string): string;
function mirrored(text: string | undefined): string | undefined;
function mirrored(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Array.from(text).reverse().join("");
}
