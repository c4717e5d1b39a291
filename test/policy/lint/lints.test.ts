import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { examplePath, exampleNames } from "#test/examples/examples.ts";
import { lintsAmong } from "#test/policy/lint/lints-among.ts";
import { lintExamples } from "../../../docs/generator/lint-examples.ts";

describe("the example policies", () => {
  it.each(exampleNames("policies"))("%s has no lint", (name) => {
    const told = lintsAmong(readFileSync(examplePath("policies", name), "utf8")).map(({ code }) => code);

    expect(told).toEqual([]);
  });
});

describe("the examples of the reference", () => {
  it.each(Object.entries(lintExamples).filter(([, { asked }]) => asked === undefined))(
    "of %s: the bad one has it alone, the good one has nothing",
    (code, { bad, good }) => {
      expect([...new Set(lintsAmong(...bad).map((lint) => lint.code))]).toEqual([code]);
      expect(lintsAmong(...good)).toEqual([]);
    },
  );
});
