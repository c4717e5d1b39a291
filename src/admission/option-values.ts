import { BACKEND_OPTIONS } from "../engine/annotations.ts";
import { type Finding } from "../engine/finding.ts";
import { noOptions, Options, readOptions, type ReadOptions, WISH_MAPS } from "../engine/options.ts";
import { problemsOf } from "../text/check.ts";
import { type TextDocument } from "../text/document.ts";
import { formatPath, type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { isSamePath, without } from "../text/without.ts";
import { interpolate } from "./interpolate.ts";

/** Types and checks the options of a document, its references replaced. Everything wrong is told at once. */
export function readOptionValues(
  document: TextDocument,
  variables: ReadonlyMap<string, string>,
): { readonly options?: ReadOptions; readonly findings: readonly Finding[] } {
  if (document.value === null) return { options: noOptions, findings: [] };
  const overfull = tooMany(document);
  if (overfull !== undefined) return { findings: [overfull] };
  const replacer = new Replacer(document, variables);
  const value = withoutNulls(replacer.replace(document.value, []));
  const read = check(value, document);
  // A value whose reference is not set has no other fault worth telling.
  const told = read.findings.filter(({ path }) => !replacer.places.has(formatPath(path)));
  const findings = [...replacer.findings, ...told];
  // What is typed from a reference that is not set is not what the author meant.
  if (read.values === undefined || replacer.findings.length > 0) return { findings };
  return {
    options: readOptions(read.values, document),
    findings: [...findings, ...booleans(value, document)],
  };
}

/** Woodpecker's backend makes other text of a boolean: who moves from there should hear of it. */
function booleans(value: unknown, document: TextDocument): Finding[] {
  return ["labels", "annotations", "nodeSelector"].flatMap((option) => {
    const map = isMap(value) ? value[option] : undefined;
    const written = Object.entries(isMap(map) ? map : {}).filter(([, member]) => typeof member === "boolean");
    return written.map(([key, member]): Finding => {
      const path = [option, key];
      const message = `is taken as the text "${String(member)}"`;
      return {
        code: "boolean-as-text",
        path,
        asked: String(member),
        message,
        position: document.position(path),
      };
    });
  });
}

// No step has so many labels or volumes; work that grows with the square of a number must have a bound.
const MAX_ENTRIES = 128;
const MAX_IN_ALL = 1024;

function tooMany(document: TextDocument): Finding | undefined {
  let total = 0;
  const look = (value: unknown, path: Path): Finding | undefined => {
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(isMap(value) ? value : {});
    total += entries.length;
    if (entries.length > MAX_ENTRIES)
      return overfull(document, path, `has ${entries.length} entries; ${MAX_ENTRIES} are allowed at most`);
    if (total > MAX_IN_ALL) return overfull(document, [], `have more than ${MAX_IN_ALL} entries in all`);
    for (const [key, member] of entries) {
      const found = look(member, [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return look(document.value, []);
}

function overfull(document: TextDocument, path: Path, message: string): Finding {
  const position = document.position(path);
  return path.length === 0
    ? { code: "malformed-options", path: [BACKEND_OPTIONS], message, position }
    : { code: "malformed-value", path, message, position };
}

const MAX_TOLD = 50;

// A few lines of text can ask for a variable thousands of times.
const MAX_GROWTH = 64 * 1024;

/** Types the value; wishes that nobody knows are told and left out, since the others do not depend on them. */
function check(value: unknown, document: TextDocument): { values?: Options; findings: Finding[] } {
  const read = Options.safeParse(value);
  if (read.success) return { values: read.data, findings: [] };
  const problems = problemsOf(read.error, document);
  const unknown = problems.filter(isUnknownWish);
  const findings = problems.map((problem) => toFinding(problem, document));
  if (unknown.length < problems.length || unknown.length === 0) return { findings };
  const rest = check(
    without(
      value,
      unknown.map(({ path }) => path),
    ),
    document,
  );
  return { ...rest, findings: [...findings, ...rest.findings] };
}

function isUnknownWish({ unknownKey, path }: Problem): boolean {
  return unknownKey === true && WISH_MAPS.some((wishes) => isSamePath(wishes, path.slice(0, -1)));
}

function toFinding(problem: Problem, document: TextDocument): Finding {
  const { path, written, message, position } = problem;
  const asked = written ?? document.written(path);
  if (path.length === 0)
    return { code: "malformed-options", path: [BACKEND_OPTIONS], message, asked: asked ?? "" };
  return {
    code: isUnknownWish(problem) ? "unknown-option" : "malformed-value",
    path,
    message,
    ...(asked === undefined ? {} : { asked }),
    ...(position === undefined ? {} : { position }),
  };
}

/** Replaces references in values, never in keys, and collects what it could not replace. */
class Replacer {
  readonly findings: Finding[] = [];
  /** Where something could not be replaced, told or not. */
  readonly places = new Set<string>();
  readonly #document: TextDocument;
  readonly #variables: ReadonlyMap<string, string>;
  #room = MAX_GROWTH;

  constructor(document: TextDocument, variables: ReadonlyMap<string, string>) {
    this.#document = document;
    this.#variables = variables;
  }

  replace(value: unknown, path: Path): unknown {
    if (typeof value === "string") return value.includes("${") ? this.#replaceText(value, path) : value;
    if (Array.isArray(value)) return value.map((item, index) => this.replace(item, [...path, index]));
    if (!isMap(value)) return value;
    const members = Object.entries(value).map(([key, member]) => [key, this.replace(member, [...path, key])]);
    return Object.fromEntries(members) as unknown;
  }

  #replaceText(text: string, path: Path): string {
    const { text: replaced, unset, malformed, grown } = interpolate(text, this.#variables, this.#room);
    if (grown > this.#room)
      this.#tell(
        path,
        text,
        `refers to values that are too long; all together ${MAX_GROWTH} characters are put in`,
      );
    this.#room -= grown;
    for (const name of unset) this.#tell(path, text, unsetMessage(name));
    for (const opening of malformed)
      this.#tell(
        path,
        text,
        `has ${opening} without a name and a closing brace; \${NAME} or \${NAME:-default} is right, $$\{ for the characters themselves`,
      );
    return replaced;
  }

  #tell(path: Path, asked: string, message: string): void {
    this.places.add(formatPath(path));
    // Of hundreds in one text the first ones tell what the others would.
    if (this.findings.length >= MAX_TOLD) return;
    this.findings.push({
      code: "unset-variable",
      path,
      asked,
      message,
      position: this.#document.position(path),
    });
  }
}

function unsetMessage(name: string): string {
  // A name is letters and digits, but may be of any length.
  const short = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  return name.startsWith("PLUGIN_")
    ? `refers to ${short}, which options never see: settings of a plugin may be secrets`
    : `refers to ${short}, which is not set in the step's environment; \${${short}:-default} gives it a default`;
}

/** A null is a wish left out; in other places it is a value like any other. */
function withoutNulls(value: unknown, path: Path = []): unknown {
  if (!isMap(value) || !WISH_MAPS.some((wishes) => isSamePath(wishes, path))) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member, [...path, key])]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  // Numbers with their digits are objects, too, and no maps.
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
