import { describe, expect, it } from "vitest";
import { type z } from "zod";

import { problemsOf } from "#src/text/check.ts";
import { readDocument } from "#src/text/document.ts";
import { describeProblem } from "#src/text/problem.ts";
import { either, flag, json, listOf, mapOf, oneOf, strict, text, whole } from "#src/text/schema.ts";

/** What a schema makes of a text: the value, or what it says is wrong. */
function read(schema: z.ZodType, written: string): unknown {
  const { document } = readDocument(written);
  if (document === undefined) throw new Error("no document");
  const result = schema.safeParse(document.value);
  return result.success ? result.data : problemsOf(result.error, document).map(describeProblem);
}

describe.each([
  {
    name: "text",
    schema: text(),
    cases: [
      ["a", "a"],
      ["1.10", "1.10"],
      ["0x1F", "0x1F"],
      ["true", "true"],
      ["12345678901234567890", "12345678901234567890"],
      ["[a]", ['"[a]" is not text']],
      ["~", ['"null" is not text']],
    ],
  },
  {
    name: "text with a rule",
    schema: text({ test: (words) => words.startsWith("a"), wanted: "a word with a" }),
    cases: [
      ["ab", "ab"],
      ["b", ['"b" is not a word with a']],
    ],
  },
  {
    name: "a flag",
    schema: flag,
    cases: [
      ["true", true],
      ['"false"', false],
      ["yes", ['"yes" is not true or false']],
      ["1", ['"1" is not true or false']],
      ["True", true],
    ],
  },
  {
    name: "a whole number",
    schema: whole(0, 100),
    cases: [
      ["7", 7],
      ['"7"', 7],
      ["1e1", 10],
      ["101", ['"101" is not a whole number from 0 to 100']],
      ["1.5", ['"1.5" is not a whole number from 0 to 100']],
      [".nan", ['".nan" is not a whole number from 0 to 100']],
      [".inf", ['".inf" is not a whole number from 0 to 100']],
      ['""', ['"" is not a whole number from 0 to 100']],
      ["99999999999999999999", ['"99999999999999999999" is not a whole number from 0 to 100']],
    ],
  },
  {
    name: "one of some words",
    schema: oneOf(["Always", "Never"]),
    cases: [
      ["Never", "Never"],
      ["never", ['"never" is not one of Always, Never; did you mean Never?']],
      ["7", ['"7" is not one of Always, Never']],
      ["constructor", ['"constructor" is not one of Always, Never']],
    ],
  },
  {
    name: "a strict map",
    schema: strict({ name: text(), size: whole(1, 3).optional() }),
    cases: [
      ["name: a", { name: "a" }],
      ["{}", ["name: is missing or is not text"]],
      ["{name: a, sise: 1}", ['sise: is not known here; did you mean "size"?']],
      [
        "{name: a, x: 1, y: 2}",
        ["x: is not known here; known are name, size", "y: is not known here; known are name, size"],
      ],
      ["{name: a, constructor: 1}", ["constructor: is not known here; known are name, size"]],
      ["[a]", ['"[a]" is not a map with the keys name, size']],
      ["5", ['"5" is not a map with the keys name, size']],
      ["{name: [], size: 9}", ['name: "[]" is not text', 'size: "9" is not a whole number from 1 to 3']],
    ],
  },
  {
    name: "a list",
    schema: listOf(text()),
    cases: [
      ["[a, 1]", ["a", "1"]],
      ["a", ['"a" is not a list']],
      ["{a: b}", ['"{a: b}" is not a list']],
      ["[a, [b]]", ['[1]: "[b]" is not text']],
    ],
  },
  {
    name: "a map of texts",
    schema: mapOf({ test: (key) => key.length < 3, wanted: "a short key" }, text()),
    cases: [
      ["{a: 1}", { a: "1" }],
      ["{long: a}", ['long: "long" is not a short key']],
      ["[a]", ['"[a]" is not a map']],
      ["5", ['"5" is not a map']],
    ],
  },
  {
    name: "either of two forms",
    schema: either("true, false or {images: [patterns]}", [flag, strict({ images: listOf(text()) })]),
    cases: [
      ["true", true],
      ["images: [a]", { images: ["a"] }],
      [
        "image: [a]",
        ["images: is missing or is not a list", 'image: is not known here; did you mean "images"?'],
      ],
      ["images: a", ['images: "a" is not a list']],
      ["maybe", ['"maybe" is not true, false or {images: [patterns]}']],
      ["5", ['"5" is not true, false or {images: [patterns]}']],
    ],
  },
  {
    name: "any JSON",
    schema: json,
    cases: [
      ["{a: [1, 1.5, x]}", { a: [1, 1.5, "x"] }],
      ["~", null],
    ],
  },
] as { name: string; schema: z.ZodType; cases: [string, unknown][] }[])("$name", ({ schema, cases }) => {
  it.each(cases)("read from %s", (written, expected) => {
    expect(read(schema, written)).toEqual(expected);
  });
});
