import { describe, expect, it } from "vitest";

import { nestingProblem } from "#src/text/nesting.ts";

const MAX_TOKENS = 4000;
const TOO_DEEP = "is nested too deeply to be read";

describe("nestingProblem", () => {
  it.each<{ about: string; text: string }>([
    { about: "no brackets", text: "a: b\nc: d\n" },
    { about: "64 lists in each other", text: `${"[".repeat(64)}${"]".repeat(64)}` },
    { about: "64 maps in each other", text: `${"{a: ".repeat(64)}1${"}".repeat(64)}` },
    { about: "a hundred lists in a row", text: "[],".repeat(100) },
    { about: "a few closing brackets in text", text: 'a: "]]}"' },
    { about: "63 indicators on a line", text: `${"- ".repeat(63)}a` },
    { about: "hundreds of items, a line each", text: "- a\n".repeat(500) },
    { about: "a hundred dashes without spaces", text: `a: ${"-".repeat(100)}` },
  ])("gives $about to the parser", ({ text }) => {
    expect(nestingProblem(text, MAX_TOKENS)).toBeUndefined();
  });

  it.each<{ about: string; text: string; problem: string }>([
    { about: "65 lists in each other", text: "[".repeat(65), problem: TOO_DEEP },
    {
      about: "65 lists in each other that end",
      text: `${"[".repeat(65)}${"]".repeat(65)}`,
      problem: TOO_DEEP,
    },
    { about: "65 lists and maps in each other", text: "[{a: ".repeat(33), problem: TOO_DEEP },
    { about: "65 dashes on a line", text: "- ".repeat(65), problem: TOO_DEEP },
    { about: "64 question marks on a later line", text: `a:\n  ${"? ".repeat(64)}`, problem: TOO_DEEP },
    { about: "68 indicators with tabs", text: "-\t? : - ".repeat(17), problem: TOO_DEEP },
    { about: "65 keys with tags on a line", text: "? !a ".repeat(65), problem: TOO_DEEP },
    { about: "65 empty keys on a line", text: '? "" : '.repeat(65), problem: TOO_DEEP },
    {
      about: "65 levels of indentation",
      text: Array.from({ length: 66 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
      problem: TOO_DEEP,
    },
    {
      about: "17 closing brackets that nothing opens",
      text: "]".repeat(17),
      problem: "has closing brackets that nothing opens",
    },
    {
      about: "17 closing braces after maps that end",
      text: `{}${"}".repeat(17)}`,
      problem: "has closing brackets that nothing opens",
    },
    {
      about: "thousands of lists in a row",
      text: `[${"[],".repeat(2000)}]`,
      problem: "has more than 4000 words and signs",
    },
  ])("keeps $about from the parser", ({ text, problem }) => {
    expect(nestingProblem(text, MAX_TOKENS)).toBe(problem);
  });

  it("has no bound for words and signs where none is given", () => {
    expect(nestingProblem("[],".repeat(5_000), Number.POSITIVE_INFINITY)).toBeUndefined();
  });
});
