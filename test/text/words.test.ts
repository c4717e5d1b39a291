import { describe, expect, it } from "vitest";

import { nearest } from "#src/text/nearest.ts";
import { formatPath, type Path } from "#src/text/path.ts";
import { describeProblem } from "#src/text/problem.ts";
import { quote } from "#src/text/quote.ts";

describe("quote", () => {
  it.each([
    { text: "plain", quoted: '"plain"' },
    { text: "", quoted: '""' },
    { text: 'a "b"', quoted: '"a \\"b\\""' },
    { text: "a\r\nb\t", quoted: '"a\\r\\nb\\t"' },
    { text: "\u001b[2J\u0000", quoted: '"\\u001b[2J\\u0000"' },
    { text: "\u007f\u0085\u009b", quoted: '"\\u007f\\u0085\\u009b"' },
    { text: "a\u202eb\u2066c\u200f", quoted: '"a\\u202eb\\u2066c\\u200f"' },
    { text: "\u2028\u2029\ufeff\u200b", quoted: '"\\u2028\\u2029\\ufeff\\u200b"' },
    { text: "ü 漢 😀", quoted: '"ü 漢 😀"' },
    { text: "\ud83d", quoted: '"\\ud83d"' },
    { text: "x".repeat(60), quoted: `"${"x".repeat(60)}"` },
    { text: "x".repeat(61), quoted: `"${"x".repeat(59)}…"` },
  ])("makes $quoted", ({ text, quoted }) => {
    expect(quote(text)).toBe(quoted);
  });

  it("is quick and short whatever comes", () => {
    expect(quote("\u202e".repeat(1_000_000)).length).toBeLessThan(400);
  });
});

describe("nearest", () => {
  it.each([
    { name: "limts", known: ["requests", "limits"], found: "limits" },
    { name: "nodeselector", known: ["nodeSelector"], found: "nodeSelector" },
    { name: "cpu", known: ["gpus", "memory"], found: undefined },
    { name: "", known: ["a"], found: "a" },
    { name: "x", known: [], found: undefined },
  ])("of $name among $known is $found", ({ name, known, found }) => {
    expect(nearest(name, known)).toBe(found);
  });
});

it("finds nothing near a very long name, quickly", () => {
  expect(nearest("x".repeat(1_000_000), ["labels"])).toBe(undefined);
});

describe("formatPath", () => {
  it.each<{ path: Path; text: string }>([
    { path: [], text: "" },
    { path: ["a", "b", 0, "c"], text: "a.b[0].c" },
    { path: [0, "a"], text: "[0].a" },
    { path: ["limits", "nvidia.com/gpu"], text: 'limits["nvidia.com/gpu"]' },
    { path: ["a b\n"], text: '["a b\\n"]' },
    { path: ["", "1a"], text: '[""]["1a"]' },
  ])("writes $text", ({ path, text }) => {
    expect(formatPath(path)).toBe(text);
  });
});

it.each([
  { problem: { path: ["a"], message: "is missing" }, text: "a: is missing" },
  { problem: { path: [], message: "is empty" }, text: "is empty" },
  { problem: { path: ["a", 0], written: "x", message: "is not y" }, text: 'a[0]: "x" is not y' },
])("a problem reads $text", ({ problem, text }) => {
  expect(describeProblem(problem)).toBe(text);
});
