import { describe, expect, it } from "vitest";

import { lintsAmong } from "#test/policy/lint/lints-among.ts";
import { lintExamples } from "../../../docs/generator/lint-examples.ts";

describe("the examples of the reference", () => {
  it.each(Object.entries(lintExamples).filter(([, { step }]) => step === undefined))(
    "of %s: the bad one has it alone, the good one has nothing",
    (code, { bad, good }) => {
      expect([...new Set(lintsAmong(...bad).map((lint) => lint.code))]).toEqual([code]);
      expect(lintsAmong(...good)).toEqual([]);
    },
  );
});
