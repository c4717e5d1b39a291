import { describe, expect, it } from "vitest";

import { besideProofs, proofsOf, rowsOf, untrue } from "./proofs.ts";

const rows = rowsOf("docs/threat-model.md", /^T\d+$/);

describe("docs/threat-model.md", () => {
  it("has its attacks in order, thirty at least, and says of some that they are not defended", () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => `T${index + 1}`));
    expect(new Set(rows.map(({ cells: [, answer] }) => answer))).toEqual(new Set(["yes", "partly", "no"]));
  });

  it.each(rows)("$id has an answer, and what is defended tests of it, which are there", ({ cells }) => {
    const [attack, answer, how, proof = ""] = cells;

    expect(cells).toHaveLength(4);
    expect(attack).not.toBe("");
    expect(how).not.toBe("");
    const proofs = proofsOf(proof);
    expect(proofs.length > 0).toBe(answer !== "no");
    expect(proofs.filter(({ file }) => !file.endsWith(".test.ts"))).toEqual([]);
    expect(proofs.flatMap(untrue)).toEqual([]);
    expect(besideProofs(proof)).toBe("");
  });
});
