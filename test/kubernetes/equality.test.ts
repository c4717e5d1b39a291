import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { covers, deepEqual } from "#src/kubernetes/equality.ts";

// Written as JSON, since only JSON.parse makes `__proto__` a member.
const read = (text: string): unknown => JSON.parse(text);

describe("deepEqual", () => {
  it.each([
    { a: "null", b: "null", expected: true },
    { a: "null", b: "{}", expected: false },
    { a: "0", b: "-0", expected: true },
    { a: "0", b: "false", expected: false },
    { a: "1", b: '"1"', expected: false },
    { a: "[]", b: "{}", expected: false },
    { a: "[1,2]", b: "[1,2]", expected: true },
    { a: "[1,2]", b: "[2,1]", expected: false },
    { a: "[1]", b: "[1,2]", expected: false },
    { a: '{"a":1,"b":{"c":[]}}', b: '{"b":{"c":[]},"a":1}', expected: true },
    { a: '{"a":1}', b: '{"a":1,"b":1}', expected: false },
    { a: '{"a":null}', b: "{}", expected: false },
    { a: '{"a":null}', b: '{"b":null}', expected: false },
    { a: '{"__proto__":{}}', b: "{}", expected: false },
    { a: '{"__proto__":{}}', b: '{"a":{}}', expected: false },
    { a: '{"__proto__":{"a":1}}', b: '{"__proto__":{"a":2}}', expected: false },
    { a: '{"__proto__":{"a":1}}', b: '{"__proto__":{"a":1}}', expected: true },
    { a: '{"constructor":1}', b: '{"toString":1}', expected: false },
  ])("$a and $b: $expected", ({ a, b, expected }) => {
    expect(deepEqual(read(a), read(b))).toBe(expected);
    expect(deepEqual(read(b), read(a))).toBe(expected);
  });

  it("compares documents of any depth", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

    expect(deepEqual(read(deep), read(deep))).toBe(true);
  });

  it.prop([fc.jsonValue(), fc.jsonValue()])("holds where the canonical texts are the same", (a, b) => {
    expect(deepEqual(a, b)).toBe(canonical(a) === canonical(b));
    expect(deepEqual(a, structuredClone(a))).toBe(true);
  });
});

describe("covers", () => {
  it.each([
    { actual: '{"a":1,"b":2}', wanted: '{"a":1}', expected: true },
    { actual: '{"a":1}', wanted: '{"a":1,"b":2}', expected: false },
    { actual: '{"a":1}', wanted: '{"a":2}', expected: false },
    { actual: '{"a":{"b":1,"defaultMode":420}}', wanted: '{"a":{"b":1}}', expected: true },
    { actual: '[{"a":1,"b":2}]', wanted: '[{"a":1}]', expected: true },
    { actual: "[1,2]", wanted: "[1]", expected: false },
    { actual: "{}", wanted: "{}", expected: true },
    { actual: "[]", wanted: "{}", expected: false },
    { actual: "null", wanted: "{}", expected: false },
    { actual: "{}", wanted: "null", expected: false },
    { actual: "{}", wanted: '{"a":null}', expected: false },
    { actual: "{}", wanted: '{"__proto__":{}}', expected: false },
    { actual: "{}", wanted: '{"constructor":{}}', expected: false },
    { actual: '{"__proto__":{"a":1,"b":2}}', wanted: '{"__proto__":{"a":1}}', expected: true },
  ])("$actual has all of $wanted: $expected", ({ actual, wanted, expected }) => {
    expect(covers(read(actual), read(wanted))).toBe(expected);
  });

  it.prop([fc.jsonValue(), fc.jsonValue()])("holds both ways only for equals", (a, b) => {
    expect(covers(a, b) && covers(b, a)).toBe(deepEqual(a, b));
  });

  it.prop([fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue()])(
    "holds whatever is added",
    (wanted, key, value) => {
      fc.pre(!Object.hasOwn(wanted, key) && key !== "__proto__");

      expect(covers({ ...wanted, [key]: value }, wanted)).toBe(true);
    },
  );
});

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.sort().join()}}`;
}
