import { LRUCache } from "lru-cache";

import { BACKEND_OPTIONS } from "../engine/annotations.ts";
import { type Finding } from "../engine/finding.ts";
import { noOptions, type ReadOptions } from "../engine/options.ts";
import { readDocument, type TextDocument } from "../text/document.ts";
import { isMap } from "../text/is-map.ts";
import { partOf } from "../text/part-of.ts";
import { referencedVariables } from "./interpolate.ts";
import { readOptionValues } from "./option-values.ts";

// A Pod's annotations may hold 256 KiB in all; an eighth of that is a hundred times what a step has to say.
const MAX_TEXT = 32 * 1024;

// Some six for each of the entries that are allowed in all.
const MAX_TOKENS = 8192;

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
  const values = parsed.variables.length === 0 ? noVariables : variables();
  const used = parsed.variables.map((name) => values.get(name) ?? null);
  const read = (): OptionsReading => readOptionValues(parsed.document, values);
  // A value of a megabyte is nobody's node label: its reading is not worth keeping.
  const length = used.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  return length > MAX_REMEMBERED ? read() : remembered(readings, `${JSON.stringify(used)}${text}`, read);
}

/** What the text speaks of, if it can be read: the variables that it refers to, and the annotations that it asks for. */
export function askedBy(text = ""): {
  readonly variables: readonly string[];
  readonly annotations: readonly string[];
} {
  const parsed =
    text.trim() === "" || text.length > MAX_TEXT
      ? undefined
      : remembered(parsedTexts, text, () => parse(text));
  if (parsed === undefined || "findings" in parsed) return { variables: [], annotations: [] };
  const { document, variables } = parsed;
  const { annotations } = isMap(document.value) ? document.value : {};
  return { variables, annotations: isMap(annotations) ? Object.keys(annotations) : [] };
}

const noVariables: ReadonlyMap<string, string> = new Map();

interface ParsedOptions {
  readonly document: TextDocument;
  /** The variables that the text refers to; what it means depends on nothing else. */
  readonly variables: readonly string[];
}

// The same step's text comes again with every pipeline: what it means is worked out once. What is kept takes some fifty
// times the length of its text; longer texts than steps have are not kept, so that all together stays below 50 MB.
const MAX_REMEMBERED = 8 * 1024;
const bounds = {
  max: 1000,
  maxSize: 512 * 1024,
  sizeCalculation: (_: unknown, key: string) => key.length,
  maxEntrySize: 2 * MAX_REMEMBERED,
};
const parsedTexts = new LRUCache<string, ParsedOptions | OptionsReading>(bounds);
const readings = new LRUCache<string, OptionsReading>(bounds);

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
  const { document, problems } = readDocument(text, { aliases: "refused", tokens: MAX_TOKENS });
  if (document === undefined)
    return {
      findings: problems.map(({ path, message, position }) => ({
        code: "malformed-options",
        path: [BACKEND_OPTIONS, ...path],
        message,
        ...(position === undefined ? {} : { position }),
      })),
    };
  const options = unwrapped(document);
  // Of what was read, not of the text: an escape may stand for the dollar sign.
  return { document: options, variables: referencedVariables(options.value) };
}

// What a step may write for other backends beside `kubernetes`; not for Podpecker to judge.
const BACKENDS = new Set(["kubernetes", "docker", "local", "dummy"]);

/** The options themselves, also where they came as `{kubernetes: …}` or `{backend_options: {kubernetes: …}}`. */
function unwrapped(document: TextDocument): TextDocument {
  const outer = membersOf(document.value);
  if (outer?.length === 1 && outer[0] === "backend_options")
    return unwrapped(partOf(document, ["backend_options"]));
  const isWrapped = outer !== undefined && outer.length > 0 && outer.every((key) => BACKENDS.has(key));
  return isWrapped ? partOf(document, ["kubernetes"]) : document;
}

function membersOf(value: unknown): string[] | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : undefined;
}

function tooLong(length: number): Finding {
  const message = `is ${length} characters long; ${MAX_TEXT} are read at most`;
  return { code: "malformed-options", path: [BACKEND_OPTIONS], message };
}
