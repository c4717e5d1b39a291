import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { substitute } from "#src/workflow/substitute.ts";
import { runs } from "#test/runs.ts";

const known = new Map([
  ["WORD", "abcABC123ABCabc"],
  ["FILE", "path/to/file.tar.gz"],
  ["EMPTY", ""],
  ["LINES", "one\ntwo"],
]);
const of = (text: string) =>
  substitute(text, { known, standIn: (name) => (name === "CI_X" ? "unknown" : "") });

describe("substitute", () => {
  it.each([
    ["no reference", "no reference"],
    ["${WORD}", "abcABC123ABCabc"],
    ["$WORD and $ alone", "$WORD and $ alone"],
    ["$${WORD}", "${WORD}"],
    ["$$${WORD}", "$abcABC123ABCabc"],
    ["$$$$", "$$"],
    ["${#WORD}", "15"],
    ["${WORD^}${WORD^^}", "AbcABC123ABCabcABCABC123ABCABC"],
    ["${WORD,,}", "abcabc123abcabc"],
    ["${WORD:3}", "ABC123ABCabc"],
    ["${WORD:3:3}", "ABC"],
    ["${WORD:99}", ""],
    ["${WORD:-3}", "abcABC123ABCabc"],
    ["${NONE:-x}${NONE=y}${NONE:=z}", "xyz"],
    ["${EMPTY:-x}", "x"],
    ["${NONE:-${WORD:0:1}-${NONE:-b}}", "a-b"],
    ["${NONE:-}", ""],
    ["${WORD/ABC/x}", "abcx123ABCabc"],
    ["${WORD//ABC/x}", "abcx123xabc"],
    ["${WORD//ABC/$WORD}", "abc$WORD123$WORDabc"],
    ["${WORD/#abc/x}", "xABC123ABCabc"],
    ["${WORD/%abc/x}", "abcABC123ABCx"],
    ["${WORD/#ABC/x}", "abcABC123ABCabc"],
    [String.raw`${"${FILE//\\//-}"}`, "path-to-file.tar.gz"],
    ["${WORD/abc/}", "ABC123ABCabc"],
    ["${FILE#*/}", "to/file.tar.gz"],
    ["${FILE##*/}", "file.tar.gz"],
    ["${FILE%.*}", "path/to/file.tar"],
    ["${FILE%%.*}", "path/to/file"],
    ["${FILE#x}", "path/to/file.tar.gz"],
    ["${LINES}", '"one\\ntwo"'],
  ])("makes of %s what Woodpecker makes of it: %s", (text, expected) => {
    const { text: made, problems, unknown } = of(text);

    expect({ made, problems, unknown: [...unknown] }).toEqual({ made: expected, problems: [], unknown: [] });
  });

  it("names what is not known, and where it is asked for first", () => {
    const { text, unknown } = of("a ${NONE} ${CI_X} ${NONE}");

    expect(text).toBe("a  unknown ");
    expect([...unknown]).toEqual([
      ["NONE", 4],
      ["CI_X", 12],
    ]);
  });

  it.each([
    ["a ${", "without the name", 2],
    ["a ${}", "without the name", 2],
    ["a ${-x}", "without the name", 2],
    ["a ${WORD", "without a closing brace", 2],
    ["a ${WORD-x}", "without a closing brace", 2],
    ["a ${WORD/x}", "without its second /", 2],
    ["a ${WORD#[a]}", "pattern that is not read", 2],
    ["${NONE:-".repeat(20), "nested too deeply", 0],
  ])("says of %s what is wrong", (text, message, offset) => {
    const { problems } = of(text);

    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.offset).toBe(offset);
  });

  it("tells all problems at once", () => {
    expect(of("${ ${WORD} ${-} ${").problems).toHaveLength(3);
  });

  it("bounds what a text can become", () => {
    const variables = { known: new Map([["X", "x".repeat(100_000)]]), standIn: () => "" };

    const { text, problems } = substitute("${X}".repeat(1000), variables);

    expect(text.length).toBeLessThan(1_200_000);
    expect(problems[0]?.message).toContain("more than 1048576 characters");
  });

  it("does not try patterns on what is too long for them", () => {
    const variables = { known: new Map([["X", "x".repeat(100_000)]]), standIn: () => "" };

    expect(substitute("${X#*y}", variables).problems).toHaveLength(1);
  });

  test.prop([fc.string({ unit: fc.constantFrom("$", "{", "}", "A", ":", "-", "/", "#", "\n", " ") })], {
    numRuns: runs(500),
  })("ends, whatever the text, and its places lead into the text", (text) => {
    const made = substitute(text, { known: new Map([["A", "val"]]), standIn: () => "" });

    for (const offset of made.text.length === 0 ? [] : [0, made.text.length - 1]) {
      expect(made.originOf(offset)).toBeGreaterThanOrEqual(0);
      expect(made.originOf(offset)).toBeLessThan(text.length);
    }
  });

  test.prop([fc.array(fc.constantFrom("text ", "${WORD}", "$$", "\n", "${NONE}"))], { numRuns: runs(200) })(
    "knows where each character of plain text comes from",
    (parts) => {
      const text = parts.join("");
      const made = of(text);

      for (const found of made.text.matchAll(/text /g))
        expect(text.slice(made.originOf(found.index), made.originOf(found.index) + 5)).toBe("text ");
    },
  );
});
