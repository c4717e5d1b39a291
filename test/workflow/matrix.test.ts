import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { readDocument } from "#src/text/document.ts";
import { describeProblem } from "#src/text/problem.ts";
import { readMatrix } from "#src/workflow/matrix.ts";
import { valueAt } from "#src/text/value-at.ts";
import { runs } from "#test/runs.ts";

function read(text: string) {
  const { document } = readDocument(text);
  if (document === undefined) throw new Error("the test's text is no YAML");
  return readMatrix(document, valueAt(document.value, ["matrix"]));
}

const axesOf = (text: string) => read(text).axes.map((axis) => Object.fromEntries(axis));

describe("readMatrix", () => {
  it("has one combination without variables where there is no matrix", () => {
    for (const text of [
      "steps: []",
      "matrix:",
      "matrix: {}",
      "matrix: { GO: [] }",
      "matrix: { include: [] }",
    ])
      expect(axesOf(text)).toEqual([{}]);
  });

  it("turns the last variable fastest, and keeps digits", () => {
    expect(axesOf("matrix: { GO: [1.20, 1.21], ARCH: [amd64, true] }")).toEqual([
      { ARCH: "amd64", GO: "1.20" },
      { ARCH: "amd64", GO: "1.21" },
      { ARCH: "true", GO: "1.20" },
      { ARCH: "true", GO: "1.21" },
    ]);
  });

  it("takes the combinations of include, and then nothing else", () => {
    expect(axesOf("matrix: { include: [{ A: 1, B: x }, { A: 2 }], C: [3] }")).toEqual([
      { A: "1", B: "x" },
      { A: "2" },
    ]);
  });

  it("makes no more than Woodpecker makes, and says so", () => {
    const { axes, notes } = read("matrix: { A: [1, 2, 3, 4, 5, 6], B: [1, 2, 3, 4, 5, 6] }");

    expect(axes).toHaveLength(27);
    expect(notes.map(describeProblem)).toEqual([
      "matrix: has 36 combinations; Woodpecker makes the first 27 of them",
    ]);
  });

  it("tells everything that is wrong, with its place", () => {
    const told = (text: string) =>
      read(text).problems.map(
        (one) => `${one.position?.line ?? 0}:${one.position?.column ?? 0} ${describeProblem(one)}`,
      );

    expect(told("matrix: [1]")).toEqual(['1:9 matrix: "[1]" is not a map from names to lists of values']);
    expect(told("matrix:\n  A: 1\n  B: [{}]")).toEqual([
      '2:6 matrix.A: "1" is not a list of values',
      '3:7 matrix.B[0]: "{}" is not text: a value of a matrix is one word, number or line',
    ]);
    expect(told("matrix: { include: [1, { A: [] }] }")).toEqual([
      '1:21 matrix.include[0]: "1" is not a map from names to values',
      '1:29 matrix.include[1].A: "[]" is not text: a value of a matrix is one word, number or line',
    ]);
  });

  const name = fc.stringMatching(/^[A-Z]{1,6}$/).filter((one) => one !== "INCLUDE");
  const values = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 5 });
  test.prop([fc.dictionary(name, values, { minKeys: 1, maxKeys: 4, noNullPrototype: true })], {
    numRuns: runs(200),
  })("has each combination once", (matrix) => {
    const { axes } = read(JSON.stringify({ matrix }));

    const product = Object.values(matrix).reduce((count, list) => count * list.length, 1);
    expect(axes).toHaveLength(Math.min(product, 27));
    expect(new Set(axes.map((axis) => JSON.stringify([...axis]))).size).toBe(axes.length);
    for (const axis of axes)
      for (const [key, list] of Object.entries(matrix)) expect(list).toContain(axis.get(key));
  });
});
