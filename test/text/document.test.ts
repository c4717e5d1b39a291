import { describe, expect, it } from "vitest";

import { readDocument, readDocuments, type TextDocument } from "#src/text/document.ts";
import { Numeric } from "#src/text/numeric.ts";
import { type Path } from "#src/text/path.ts";
import { isShowable } from "#test/text/showable.ts";

function documentOf(text: string): TextDocument {
  const { document, problems } = readDocument(text);
  expect(problems).toEqual([]);
  if (document === undefined) throw new Error("no document");
  return document;
}

const problemsOf = (text: string): string[] =>
  readDocument(text).problems.map(({ message, position }) =>
    position === undefined ? message : `${position.line}:${position.column} ${message}`,
  );

describe("the value", () => {
  it.each<{ text: string; value: unknown }>([
    { text: "", value: null },
    { text: "# only a comment", value: null },
    { text: "---\n...\n", value: null },
    { text: "a: yes", value: { a: "yes" } },
    { text: "a: true", value: { a: true } },
    { text: "a: ~", value: { a: null } },
    { text: '{"a": [1]}', value: { a: [new Numeric("1", 1)] } },
    { text: "a: 1.10", value: { a: new Numeric("1.10", 1.1) } },
    { text: "a: 0x1F", value: { a: new Numeric("0x1F", 31) } },
    {
      text: "a: 12345678901234567890123",
      value: { a: new Numeric("12345678901234567890123", Number("12345678901234567890123")) },
    },
    { text: "a: .inf", value: { a: new Numeric(".inf", Infinity) } },
    { text: "1.10: a", value: { "1.10": "a" } },
    { text: "a: &x [b]\nc: *x", value: { a: ["b"], c: ["b"] } },
    { text: "a: 2001-01-01", value: { a: "2001-01-01" } },
    { text: "\ufeffa: b", value: { a: "b" } },
    { text: "a: b\r\nc: d\r\n", value: { a: "b", c: "d" } },
    { text: "constructor: a\ntoString: b", value: { constructor: "a", toString: "b" } },
  ])("of $text", ({ text, value }) => {
    expect(documentOf(text).value).toEqual(value);
  });
});

describe("a place", () => {
  const text = "a:\n  - b: 'x y'\n    c: [1, 1.50]\n\"d e\": |\n    one\n    two\nf: &f {g: h}\ni: *f\n";
  const document = documentOf(text);

  it.each<{ path: Path; line: number; column: number; written: string | undefined }>([
    { path: [], line: 1, column: 1, written: text.trim().replaceAll(/\s+/g, " ") },
    { path: ["a"], line: 2, column: 3, written: "- b: 'x y' c: [1, 1.50]" },
    { path: ["a", 0, "b"], line: 2, column: 8, written: "x y" },
    { path: ["a", 0, "c"], line: 3, column: 8, written: "[1, 1.50]" },
    { path: ["a", 0, "c", 1], line: 3, column: 12, written: "1.50" },
    { path: ["d e"], line: 4, column: 8, written: "one\ntwo\n" },
    { path: ["f", "g"], line: 7, column: 11, written: "h" },
    { path: ["a", 7, "nowhere"], line: 2, column: 3, written: undefined },
    { path: ["nowhere"], line: 1, column: 1, written: undefined },
  ])("$path stands at $line:$column", ({ path, line, column, written }) => {
    expect(document.position(path)).toEqual({ line, column });
    expect(document.written(path)).toBe(written);
  });

  it.each<{ path: Path; line: number; column: number }>([
    { path: ["a"], line: 1, column: 1 },
    { path: ["a", 0, "c"], line: 3, column: 5 },
    { path: ["d e"], line: 4, column: 1 },
  ])("the key of $path stands at $line:$column", ({ path, line, column }) => {
    expect(document.keyPosition(path)).toEqual({ line, column });
  });

  it.each([
    { about: "a literal block", text: "a:\n  b: |\n    x: 1\n    y: 2\n", line: 4, column: 6 },
    {
      about: "a literal block that begins with empty lines",
      text: "a:\n  b: |\n\n    x\n    y: 2\n",
      line: 4,
      column: 6,
    },
    {
      about: "a literal block with an indent of its own",
      text: "a:\n  b: |2-\n      x: 1\n    y: 2\n",
      line: 4,
      column: 6,
    },
    { about: "a flow scalar", text: 'a:\n  b: "x: 1\\ny: 2"\n', line: 2, column: 6 },
    { about: "a folded block", text: "a:\n  b: >\n    x: 1\n    y: 2\n", line: 2, column: 6 },
  ])("inside $about is one of the whole text", ({ text, line, column }) => {
    expect(documentOf(text).inner(["a", "b"])({ line: 2, column: 2 })).toEqual({ line, column });
  });
});

describe("what is wrong", () => {
  it.each([
    { text: "a: 1\na: 2", problems: ['2:1 the key "a" stands here twice'] },
    { text: 'a: 1\n"a": 2', problems: ['2:1 the key "a" stands here twice'] },
    { text: "True: 1\ntrue: 2", problems: ['2:1 the key "true" stands here twice'] },
    { text: "{__proto__: 1}", problems: ['1:2 the key "__proto__" is not allowed'] },
    { text: "a: {b: {__proto__: 1}}", problems: ['1:9 the key "__proto__" is not allowed'] },
    { text: "? [a]\n: b", problems: ["1:3 a key must be plain text, not a list, a map or an alias"] },
    { text: "a: &x b\n*x : c", problems: ["2:1 a key must be plain text, not a list, a map or an alias"] },
    { text: "a: !!nonsense b", problems: ["1:4 is not YAML: Unresolved tag: tag:yaml.org,2002:nonsense"] },
    { text: "a: *nowhere", problems: ["has too many aliases, or one without an anchor"] },
    { text: "a\n---\nb", problems: ["holds more than one document"] },
  ])("with $text", ({ text, problems }) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it.each(["[", "- ", "{a: ", '{"a":'])("with a depth of %s", (open) => {
    for (const depth of [2_000, 10_000])
      expect(problemsOf(open.repeat(depth))).toEqual(["is nested too deeply to be read"]);
  });

  it("is bounded, however much it is", () => {
    for (const text of ["a: 1\n".repeat(5_000), "]\n".repeat(5_000), "? ".repeat(1_500)])
      expect(problemsOf(text).length).toBeLessThan(200);
  });

  it("is told at once, with the place of each", () => {
    expect(problemsOf("a: [1\nb: ]\n").length).toBeGreaterThan(1);
  });

  it.each([
    { about: "lists of lists", text: bomb((inner) => `[${inner.join(", ")}]`) },
    {
      about: "maps of maps",
      text: bomb((inner) => `{${inner.map((one, index) => `k${index}: ${one}`).join(", ")}}`),
    },
  ])("is told of $about before they become large", ({ text }) => {
    expect(problemsOf(text)).toEqual(["has too many aliases, or one without an anchor"]);
  });

  it.each([
    { about: "a tag", text: "a: !x\u202e\u001b[2J b" },
    { about: "a key", text: '{"\u202e": 1, "\u202e": 2}' },
    { about: "an alias", text: "a: *\u202ex" },
    { about: "an anchor", text: "a: &\u202ex &\u0085y b" },
    { about: "plain text", text: "\u0085\u202e: }\u009b" },
  ])("never quotes control characters of $about", ({ text }) => {
    for (const problem of problemsOf(text)) expect(isShowable(problem)).toBe(true);
  });
});

it("reads each document of a stream, positions counting from its start", () => {
  const readings = readDocuments("a: 1\n---\nb: ]\n---\nc: {d: 3}\n");

  expect(readings.map(({ document }) => document?.value)).toEqual([
    { a: new Numeric("1", 1) },
    undefined,
    { c: { d: new Numeric("3", 3) } },
  ]);
  expect(readings[1]?.problems[0]?.position?.line).toBe(3);
  expect(readings[2]?.document?.position(["c", "d"])).toEqual({ line: 5, column: 8 });
});

function bomb(wrap: (inner: readonly string[]) => string): string {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const lines = names.map((name, index) => {
    const inner = index === 0 ? "x" : `*${names[index - 1] ?? ""}`;
    return `${name}: &${name} ${wrap(Array<string>(9).fill(inner))}`;
  });
  return lines.join("\n");
}
