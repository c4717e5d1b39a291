import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { matchesAnyGlob, matchesGlob } from "#src/kubernetes/glob.ts";

describe("matchesGlob", () => {
  it.each([
    { pattern: "", text: "", expected: true },
    { pattern: "", text: "a", expected: false },
    { pattern: "*", text: "", expected: true },
    { pattern: "**", text: "a/b", expected: true },
    { pattern: "a", text: "a", expected: true },
    { pattern: "a", text: "ab", expected: false },
    { pattern: "a*", text: "a", expected: true },
    { pattern: "*a", text: "ba", expected: true },
    { pattern: "*a", text: "ab", expected: false },
    { pattern: "a*a", text: "a", expected: false },
    { pattern: "a*a", text: "aa", expected: true },
    { pattern: "ab*bc", text: "abc", expected: false },
    { pattern: "a*b*c", text: "axbxc", expected: true },
    { pattern: "a*b*c", text: "acb", expected: false },
    { pattern: "*ab*ab", text: "ab", expected: false },
    { pattern: "acme/*", text: "acme/a/b", expected: true },
    { pattern: "acme/*", text: "acme-evil/a", expected: false },
    { pattern: "a.c", text: "abc", expected: false },
    { pattern: "a?c", text: "abc", expected: false },
    { pattern: "[ab]", text: "a", expected: false },
    { pattern: "A", text: "a", expected: false },
    { pattern: "a*", text: "a\nb", expected: true },
  ])("$pattern against $text: $expected", ({ pattern, text, expected }) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it.prop([fc.stringMatching(/^[ab*]{0,8}$/), fc.stringMatching(/^[ab]{0,8}$/)], { numRuns: 1000 })(
    "agrees with the definition",
    (pattern, text) => {
      expect(matchesGlob(pattern, text)).toBe(matchesByDefinition(pattern, text));
    },
  );

  it.each([
    { pattern: "*a".repeat(50_000), text: "a".repeat(100_000), expected: true },
    { pattern: `${"*a".repeat(50_000)}b`, text: "a".repeat(100_000), expected: false },
    { pattern: `${"*a".repeat(50_000)}b*`, text: "a".repeat(100_000), expected: false },
    { pattern: "*".repeat(100_000), text: "a".repeat(100_000), expected: true },
  ])("ends on a hostile pattern ($pattern.length characters): $expected", ({ pattern, text, expected }) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});

describe("matchesAnyGlob", () => {
  it.each([
    { patterns: [], text: "a", expected: false },
    { patterns: ["b", "a*"], text: "abc", expected: true },
    { patterns: ["b", "c*"], text: "abc", expected: false },
  ])("$patterns against $text: $expected", ({ patterns, text, expected }) => {
    expect(matchesAnyGlob(patterns, text)).toBe(expected);
  });
});

function matchesByDefinition(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (!pattern.startsWith("*")) {
    return text !== "" && pattern.startsWith(text.charAt(0)) && matchesByDefinition(rest, text.slice(1));
  }
  return matchesByDefinition(rest, text) || (text !== "" && matchesByDefinition(pattern, text.slice(1)));
}
