import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { assign } from "#src/cli/test/assign.ts";
import { runs } from "#test/runs.ts";

const fits = (wanted: readonly number[], there: number): boolean => wanted.includes(there);

describe("an assignment", () => {
  it("gives what only one can use to that one, in any order", () => {
    expect(assign([[1, 2], [1]], [1, 2], fits)).toEqual([1, 0]);
    expect(assign([[1], [1, 2]], [1, 2], fits)).toEqual([0, 1]);
  });

  it("gives nothing twice", () => {
    expect(assign([[1], [1]], [1], fits)).toEqual([0, undefined]);
  });

  const sets = fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 4 }), { maxLength: 5 });

  test.prop([sets, fc.uniqueArray(fc.nat(4))], { numRuns: runs(200) })(
    "gives as many as there can be",
    (wanted, there) => {
      const given = assign(wanted, there, fits).filter((index) => index !== undefined);

      expect(new Set(given).size).toBe(given.length);
      expect(given.length).toBe(most(wanted, there));
    },
  );
});

/** How many can have one, by trying everything. */
function most([first, ...others]: readonly (readonly number[])[], there: readonly number[]): number {
  if (first === undefined) return 0;
  const without = most(others, there);
  const ways = first
    .filter((one) => there.includes(one))
    .map(
      (one) =>
        1 +
        most(
          others,
          there.filter((other) => other !== one),
        ),
    );
  return Math.max(without, ...ways);
}
