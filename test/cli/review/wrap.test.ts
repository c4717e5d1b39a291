import { describe, expect, it } from "vitest";

import { wrap } from "#src/cli/review/wrap.ts";

describe("wrap", () => {
  it.each([
    { text: "one two three", width: 8, lead: "", lines: ["one two", "three"] },
    { text: "one two three", width: 10, lead: "  - ", lines: ["  - one", "    two", "    three"] },
    { text: "one two three", width: Infinity, lead: "- ", lines: ["- one two three"] },
    { text: "a-word-that-is-too-long b", width: 5, lead: "", lines: ["a-word-that-is-too-long", "b"] },
    { text: "", width: 5, lead: "x ", lines: ["x "] },
  ])("breaks $text at $width", ({ text, width, lead, lines }) => {
    expect(wrap(text, width, lead)).toEqual(lines);
  });
});
