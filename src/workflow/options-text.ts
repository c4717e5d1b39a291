import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";
import { type Path } from "../text/path.ts";
import { type Position } from "../text/problem.ts";

/** Options as the text of an annotation, and which part of them stands at a line and a column of it. */
export interface OptionsText {
  readonly text: string;
  readonly placeAt: (position: Position) => OptionPlace | undefined;
}

/** A value of the options, or the key of one. */
export interface OptionPlace {
  readonly path: Path;
  readonly isKey: boolean;
}

/** Writes options as YAML, numbers with the digits that their author gave them. */
export function writeOptions(value: unknown): OptionsText {
  const writer = new Writer();
  writer.write(value, [], 0);
  return {
    text: `${writer.lines.join("\n")}\n`,
    placeAt: ({ line, column }) => writer.places.get(`${line}:${column}`),
  };
}

class Writer {
  readonly lines: string[] = [];
  readonly places = new Map<string, OptionPlace>();

  /** Writes a value on lines of its own. */
  write(value: unknown, path: Path, indent: number): void {
    const flat = scalar(value);
    if (flat !== undefined) this.#line(indent, flat, [[indent, { path, isKey: false }]]);
    else if (Array.isArray(value)) this.#list(value, path, indent);
    else
      for (const [key, member] of Object.entries(value as object))
        this.#member(key, member, { path, indent });
  }

  #list(items: readonly unknown[], path: Path, indent: number): void {
    this.places.set(`${this.lines.length + 1}:${indent + 1}`, { path, isKey: false });
    for (const [index, item] of items.entries()) this.#item(item, [...path, index], indent);
  }

  #item(item: unknown, path: Path, indent: number): void {
    const first = this.lines.length;
    this.write(item, path, indent + 2);
    const line = this.lines[first] ?? "";
    this.lines[first] = `${" ".repeat(indent)}- ${line.slice(indent + 2)}`;
  }

  #member(key: string, member: unknown, { path: outer, indent }: { path: Path; indent: number }): void {
    const path = [...outer, key];
    const name = `${quoted(key)}:`;
    const flat = scalar(member);
    const places: [number, OptionPlace][] = [[indent, { path, isKey: true }]];
    if (flat !== undefined) places.push([indent + name.length + 1, { path, isKey: false }]);
    this.#line(indent, flat === undefined ? name : `${name} ${flat}`, places);
    if (flat === undefined) this.write(member, path, indent + 2);
  }

  #line(indent: number, text: string, places: readonly (readonly [number, OptionPlace])[]): void {
    this.lines.push(`${" ".repeat(indent)}${text}`);
    for (const [before, place] of places) this.places.set(`${this.lines.length}:${before + 1}`, place);
  }
}

/** The value on one line, where it fits there: everything but lists and maps that hold something. */
function scalar(value: unknown): string | undefined {
  if (typeof value === "string") return quoted(value);
  if (value instanceof Numeric) return value.source;
  if (Array.isArray(value)) return value.length === 0 ? "[]" : undefined;
  if (isMap(value)) return Object.keys(value).length === 0 ? "{}" : undefined;
  return JSON.stringify(value);
}

const PLAIN = /^[A-Za-z0-9_/][-A-Za-z0-9_./]*(?::[-A-Za-z0-9_./]+)*$/;
const OTHER_THAN_TEXT = /^(?:true|false|null|yes|no|on|off|y|n|[-+.0-9:_]*)$/i;

/** The text in quotes where it would be read as something else without. */
function quoted(text: string): string {
  const isPlain = PLAIN.test(text) && !OTHER_THAN_TEXT.test(text) && Number.isNaN(Number(text));
  return isPlain ? text : JSON.stringify(text);
}
