import { describe, expect, it } from "vitest";

import { valuesAt } from "#src/kubernetes/field-pattern.ts";

const root = {
  a: { b: 1, c: null, "x/1": "one", "x/2": "two" },
  list: [{ b: 2 }, {}, { b: 3 }],
};

describe("valuesAt", () => {
  it.each([
    { pattern: ["a", "b"], found: { "a.b": 1 } },
    { pattern: ["a", "b|c|d"], found: { "a.b": 1 } },
    { pattern: ["a", "x/*"], found: { "a.x/1": "one", "a.x/2": "two" } },
    { pattern: ["list", "*", "b"], found: { "list.0.b": 2, "list.2.b": 3 } },
    { pattern: ["list", "length"], found: {} },
    { pattern: ["list", "0"], found: {} },
    { pattern: ["a", "constructor"], found: {} },
    { pattern: ["a", "b", "toFixed"], found: {} },
    { pattern: ["nothing", "*"], found: {} },
  ])("of $pattern", ({ pattern, found }) => {
    const values = valuesAt(root, pattern).map(({ path, value }) => [path.join("."), value]);

    expect(Object.fromEntries(values)).toEqual(found);
  });
});
