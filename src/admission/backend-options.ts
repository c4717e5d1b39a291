import { LRUCache } from "lru-cache";

import { BACKEND_OPTIONS } from "../engine/annotations.ts";
import { type Finding } from "../engine/finding.ts";
import { noOptions, type ReadOptions } from "../engine/options.ts";
import { readDocument, type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { referencedVariables } from "./interpolate.ts";
import { readOptionValues } from "./option-values.ts";

// A Pod's annotations may hold 256 KiB in all; an eighth of that is a hundred times what a step has to say.
const MAX_TEXT = 32 * 1024;

/** What came of reading a step's options. Without options there is a finding that denies the Pod. */
export interface OptionsReading {
  readonly options?: ReadOptions;
  readonly findings: readonly Finding[];
}

/** Reads the text of `podpecker.dev/backend-options`. `variables` are only looked up where the text refers to any. */
export function readBackendOptions(
  text: string | undefined,
  variables: () => ReadonlyMap<string, string>,
): OptionsReading {
  if (text === undefined || text.trim() === "") return { options: noOptions, findings: [] };
  if (text.length > MAX_TEXT) return { findings: [tooLong(text.length)] };
  const parsed = remembered(parsedTexts, text, () => parse(text));
  if ("findings" in parsed) return parsed;
  const values = parsed.variables.length === 0 ? new Map<string, string>() : variables();
  const used = parsed.variables.map((name) => values.get(name) ?? null);
  return remembered(parsed.readings, JSON.stringify(used), () => readOptionValues(parsed.document, values));
}

interface ParsedOptions {
  readonly document: TextDocument;
  /** The variables that the text refers to; what it means depends on nothing else. */
  readonly variables: readonly string[];
  readonly readings: LRUCache<string, OptionsReading>;
}

// The same step's text comes again with every pipeline: what it means is worked out once. A parsed text takes some
// fifty times its length, so that both bounds together keep this below 30 MB.
const parsedTexts = new LRUCache<string, ParsedOptions | OptionsReading>({
  max: 1000,
  maxSize: 512 * 1024,
  sizeCalculation: (_, text) => text.length,
});

function remembered<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  make: () => Value,
): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function parse(text: string): ParsedOptions | OptionsReading {
  const { document, problems } = readDocument(text);
  if (document === undefined)
    return {
      findings: problems.map(({ path, message, position }) => ({
        code: "malformed-options",
        path: [BACKEND_OPTIONS, ...path],
        message,
        ...(position === undefined ? {} : { position }),
      })),
    };
  return {
    document: unwrapped(document),
    variables: text.includes("${") ? referencedVariables(text) : [],
    readings: new LRUCache({ max: 32 }),
  };
}

// What a step may write for other backends beside `kubernetes`; not for Podpecker to judge.
const BACKENDS = new Set(["kubernetes", "docker", "local", "dummy"]);

/** The options themselves, also where they came as `{kubernetes: …}` or `{backend_options: {kubernetes: …}}`. */
function unwrapped(document: TextDocument): TextDocument {
  const outer = membersOf(document.value);
  if (outer?.length === 1 && outer[0] === "backend_options")
    return unwrapped(below(document, "backend_options"));
  const isWrapped = outer !== undefined && outer.length > 0 && outer.every((key) => BACKENDS.has(key));
  return isWrapped ? below(document, "kubernetes") : document;
}

function membersOf(value: unknown): string[] | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : undefined;
}

/** The part of a document below one of its keys, as a document. */
function below({ value, position, keyPosition, written, inner }: TextDocument, key: string): TextDocument {
  const at = (path: Path): Path => [key, ...path];
  return {
    // Only called for maps; options for other backends alone ask nothing of this one.
    value: (value as Record<string, unknown>)[key] ?? null,
    position: (path) => position(at(path)),
    keyPosition: (path) => keyPosition(at(path)),
    written: (path) => written(at(path)),
    inner: (path) => inner(at(path)),
  };
}

function tooLong(length: number): Finding {
  const message = `is ${length} characters long; ${MAX_TEXT} are read at most`;
  return { code: "malformed-options", path: [BACKEND_OPTIONS], message };
}
