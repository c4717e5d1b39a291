import {
  type Document,
  type Node,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
} from "yaml";

import { Numeric } from "./numeric.ts";
import { type Path } from "./path.ts";
import { quote } from "./quote.ts";
import { type Position, type Problem } from "./problem.ts";

const TOO_DEEP = "is nested too deeply to be read";

// One broken bracket can make thousands; nobody reads more than these.
const MAX_PROBLEMS = 20;

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

/** Reads one YAML 1.2 or JSON document. Never throws on bad text; aliases are bounded, so a small text cannot become a large value. */
export function readDocument(text: string): Reading {
  const [first, second] = readDocuments(text);
  if (second === undefined) return first ?? { document: emptyDocument, problems: [] };
  const message = "holds more than one document";
  return first?.document === undefined ? (first ?? second) : { problems: [{ path: [], message }] };
}

/** Reads every document of a YAML stream; positions count from the start of the stream. */
export function readDocuments(text: string): Reading[] {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return readable(() => {
    // Duplicate keys are looked for below: the parser's own check compares each key with each other one.
    const options = { lineCounter: lines, uniqueKeys: false, intAsBigInt: true };
    return [...parseAllDocuments(text, options)].map((document) =>
      readable(() => [readOne(document, text, at)]),
    );
  }).flat();
}

function readOne(document: Document, text: string, at: (offset: number) => Position): Reading {
  const problems = [...syntaxProblems(document, at), ...keyProblems(document, at)];
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
    message: `is not YAML: ${error.message.split(" at line ")[0] ?? error.message}`.replace(/\n[^]*$/, ""),
    position: at(error.pos[0]),
  }));
  const more = errors.length - problems.length;
  return more > 0 ? [...problems, { path: [], message: `has ${more} more errors of syntax` }] : problems;
}

function keyProblems(document: Document, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
        const message = keyProblem(name, seen);
        if (message !== undefined)
          problems.push({ path: [], message, position: at(isNode(key) ? (key.range?.[0] ?? 0) : 0) });
        if (name !== undefined) seen.add(name);
      }
    },
  });
  return problems;
}

function keyProblem(name: string | undefined, seen: ReadonlySet<string>): string | undefined {
  if (name === undefined) return "a key must be plain text, not a list, a map or an alias";
  // A member of this name would change the object itself in many programs.
  if (name === "__proto__") return 'the key "__proto__" is not allowed';
  return seen.has(name) ? `the key ${quote(name)} stands here twice` : undefined;
}

function keepDigits(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== "number" && typeof node.value !== "bigint") return;
      if (key === "key") node.value = node.source ?? String(node.value);
      else node.value = new Numeric(node.source ?? String(node.value), Number(node.value));
    },
  });
}

function describeDocument(document: Document, text: string, at: (offset: number) => Position): TextDocument {
  const nodeAt = (path: Path): Node | undefined => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : undefined;
  };
  const position = (path: Path): Position => {
    const node = nodeAt(path);
    if (node?.range) return at(node.range[0]);
    return path.length === 0 ? { line: 1, column: 1 } : position(path.slice(0, -1));
  };
  return {
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
    position: remembered(position),
    keyPosition: (path) => {
      const parent = nodeAt(path.slice(0, -1));
      const pair = isMap(parent) ? parent.items.find(({ key }) => keyName(key) === path.at(-1)) : undefined;
      return isNode(pair?.key) && pair.key.range ? at(pair.key.range[0]) : position(path);
    },
    written: remembered((path) => writtenNode(nodeAt(path), text)),
    inner: (path) => innerPositions(nodeAt(path), text, at),
  };
}

/** The same step's text is decided about thousands of times, and always asked about the same places. */
function remembered<T>(look: (path: Path) => T): (path: Path) => T {
  const known = new Map<string, T>();
  return (path) => {
    const key = path.join("\0");
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = look(path);
    known.set(key, value);
    return value;
  };
}

function keyName(key: unknown): string {
  return isScalar(key) ? String(key.value) : "";
}

function writtenNode(node: Node | undefined, text: string): string | undefined {
  if (node === undefined) return undefined;
  if (isScalar(node)) return node.value instanceof Numeric ? node.value.source : String(node.value);
  return node.range ? text.slice(node.range[0], node.range[1]).replace(/\s+/g, " ").trim() : undefined;
}

function innerPositions(
  node: Node | undefined,
  text: string,
  at: (offset: number) => Position,
): (position: Position) => Position {
  const offset = node?.range?.[0] ?? 0;
  const start = at(offset);
  if (!isScalar(node) || node.type !== "BLOCK_LITERAL") return () => start;
  // A literal block begins on the line after its header, and each of its lines has the same indent.
  const body = text.slice(text.indexOf("\n", offset) + 1);
  const indent = /^\s*\n/.exec(body)?.[0].length ?? 0;
  const spaces = /^ */.exec(body.slice(indent))?.[0].length ?? 0;
  return ({ line, column }) => ({ line: start.line + line, column: column + spaces });
}

function unreadable(error: unknown): string {
  // The parser recurses: hundreds of brackets in a row end the stack before they end the text.
  if (error instanceof RangeError) return TOO_DEEP;
  if (error instanceof ReferenceError) return "has too many aliases, or one without an anchor";
  throw error;
}
