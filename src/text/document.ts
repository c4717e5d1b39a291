import { type Document, isNode, isScalar, LineCounter, parseAllDocuments, type Scalar, visit } from "yaml";

import { nestingProblem } from "./nesting.ts";
import { Numeric } from "./numeric.ts";
import { type Path } from "./path.ts";
import { type Place, placeAt, placesOf } from "./places.ts";
import { harmless, quote } from "./quote.ts";
import { type Position, type Problem } from "./problem.ts";

const TOO_DEEP = "is nested too deeply to be read";

// One broken bracket can make thousands; nobody reads more than these.
const MAX_PROBLEMS = 20;

// Longer than any name in Kubernetes: 253 of a domain, a slash and 63.
const MAX_KEY = 512;

/** A YAML or JSON text that was read: its value (numbers as `Numeric`) and where each part of it stands. */
export interface TextDocument {
  readonly value: unknown;
  /** Where the value at `path` stands, or the nearest thing around it that stands anywhere. */
  readonly position: (path: Path) => Position;
  /** Where the key that `path` ends with stands. */
  readonly keyPosition: (path: Path) => Position;
  /** The value at `path` as its author wrote it, a map or list on one line. */
  readonly written: (path: Path) => string | undefined;
  /** Turns a position in the text that stands at `path` (a block in a ConfigMap, say) into one in this document. */
  readonly inner: (path: Path) => (position: Position) => Position;
}

/** What came of reading a text: the document, or everything that is wrong with it. */
export type Reading =
  | { readonly document: TextDocument; readonly problems: readonly [] }
  | { readonly document?: never; readonly problems: readonly Problem[] };

/** What of YAML is read. */
export interface Dialect {
  /** Aliases make a small text mean a large value; who is not trusted with them writes everything out. */
  readonly aliases?: "allowed" | "refused";
  /** How many words and signs are read. */
  readonly tokens?: number;
}

/** Reads one YAML 1.2 or JSON document. Never throws on bad text; aliases are bounded, so a small text cannot become a large value. */
export function readDocument(text: string, dialect: Dialect = {}): Reading {
  const [first, second] = readDocuments(text, dialect);
  if (second === undefined) return first ?? { document: emptyDocument, problems: [] };
  const message = "holds more than one document";
  return first?.document === undefined ? (first ?? second) : { problems: [{ path: [], message }] };
}

/** Reads every document of a YAML stream; positions count from the start of the stream. */
export function readDocuments(text: string, dialect: Dialect = {}): Reading[] {
  const nesting = nestingProblem(text, dialect.tokens ?? Number.POSITIVE_INFINITY);
  if (nesting !== undefined) return [{ problems: [{ path: [], message: nesting }] }];
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return readable(() => {
    // Duplicate keys are looked for below: the parser's own check compares each key with each other one.
    const options = { lineCounter: lines, uniqueKeys: false, intAsBigInt: true };
    return [...parseAllDocuments(text, options)].map((document) =>
      readable(() => [readOne(document, text, { at, dialect })]),
    );
  }).flat();
}

interface Frame {
  readonly at: (offset: number) => Position;
  readonly dialect: Dialect;
}

function readOne(document: Document, text: string, { at, dialect }: Frame): Reading {
  const syntax = syntaxProblems(document, at);
  // What is no YAML at all has no tags worth telling.
  const strange =
    syntax.length > 0 ? [] : [...strangeProblems(document, at), ...aliasProblems(document, { at, dialect })];
  const problems = [...syntax, ...strange, ...keyProblems(document, at)];
  if (problems.length > 0) return { problems };
  keepDigits(document);
  return { document: describeDocument(document, text, at), problems: [] };
}

function readable<T>(read: () => T[]): (T | Reading)[] {
  try {
    return read();
  } catch (error) {
    return [{ problems: [{ path: [], message: unreadable(error) }] }];
  }
}

const emptyDocument: TextDocument = {
  value: null,
  position: () => ({ line: 1, column: 1 }),
  keyPosition: () => ({ line: 1, column: 1 }),
  written: () => undefined,
  inner: () => (position) => position,
};

function syntaxProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const errors = [...document.errors, ...document.warnings];
  if (errors.some(({ message }) => message.startsWith("Maximum call stack")))
    return [{ path: [], message: TOO_DEEP }];
  const problems = errors.slice(0, MAX_PROBLEMS).map((error) => ({
    path: [],
    // The parser's message goes on with the place and a picture of the line.
    message: harmless(
      `is not YAML: ${error.message.split(" at line ")[0] ?? error.message}`.replace(/\n[^]*$/, ""),
    ),
    position: at(error.pos[0]),
  }));
  const more = errors.length - problems.length;
  return more > 0 ? [...problems, { path: [], message: `has ${more} more errors of syntax` }] : problems;
}

/** A tag or an older version of YAML gives a text another meaning than it has to its readers: a map may read as empty. */
function strangeProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.2")
    problems.push({ path: [], message: "is YAML 1.1; 1.2 is read, and needs no directive" });
  visit(document, {
    Node(_, node) {
      const tag = "tag" in node ? node.tag : undefined;
      if (tag === undefined || problems.length >= MAX_PROBLEMS) return;
      const message = `has the tag ${quote(tag)}; no tags are read, only plain maps, lists, text and numbers`;
      problems.push({ path: [], message, position: at(node.range?.[0] ?? 0) });
    },
  });
  return problems;
}

function aliasProblems(document: Document, { at, dialect }: Frame): Problem[] {
  const problems = new Map<string, Problem>();
  if (dialect.aliases !== "refused") return [];
  visit(document, {
    Alias(_, { source, range }) {
      if (problems.has(source) || problems.size >= MAX_PROBLEMS) return;
      const message = `has the alias ${quote(`*${source}`)}; write out what it stands for`;
      problems.set(source, { path: [], message, position: at(range?.[0] ?? 0) });
    },
  });
  return [...problems.values()];
}

function keyProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? nameOfKey(key) : undefined;
        const message = keyProblem(name, seen);
        if (message !== undefined)
          problems.push({ path: [], message, position: at(isNode(key) ? (key.range?.[0] ?? 0) : 0) });
        if (name !== undefined) seen.add(name);
      }
    },
  });
  return problems.length > MAX_PROBLEMS
    ? [
        ...problems.slice(0, MAX_PROBLEMS),
        { path: [], message: `has ${problems.length - MAX_PROBLEMS} more wrong keys` },
      ]
    : problems;
}

/** What the key will be called in the value: a number by its digits, everything else by what it means. */
function nameOfKey({ value, source }: Scalar): string {
  return isNumber(value) ? (source ?? String(value)) : String(value);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function keyProblem(name: string | undefined, seen: ReadonlySet<string>): string | undefined {
  if (name === undefined) return "a key must be plain text, not a list, a map or an alias";
  // A member of this name would change the object itself in many programs.
  if (name === "__proto__") return 'the key "__proto__" is not allowed';
  if (name.length > MAX_KEY) return `a key is ${name.length} characters long; ${MAX_KEY} are allowed`;
  return seen.has(name) ? `the key ${quote(name)} stands here twice` : undefined;
}

function keepDigits(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      if (!isNumber(node.value)) return;
      if (key === "key") node.value = node.source ?? String(node.value);
      else node.value = new Numeric(node.source ?? String(node.value), Number(node.value));
    },
  });
}

function describeDocument(document: Document, text: string, at: (offset: number) => Position): TextDocument {
  const places = placesOf(document, text, at);
  const find = (path: Path): Place => placeAt(places, path);
  return {
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
    position: (path) => find(path).position,
    keyPosition: (path) => find(path).key ?? find(path).position,
    written: (path) => find(path).written,
    inner: (path) => {
      const { position: start, indent } = find(path);
      if (indent === undefined) return () => start;
      return ({ line, column }) => ({ line: start.line + line, column: column + indent });
    },
  };
}

function unreadable(error: unknown): string {
  // The parser recurses: hundreds of brackets in a row end the stack before they end the text.
  if (error instanceof RangeError) return TOO_DEEP;
  if (error instanceof ReferenceError) return "has too many aliases, or one without an anchor";
  throw error;
}
