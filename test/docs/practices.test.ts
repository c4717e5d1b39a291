import { describe, expect, it } from "vitest";

import { besideProofs, proofsOf, rowsOf, untrue } from "./proofs.ts";

const rows = rowsOf("docs/practices.md", /^[BC]\d+$/);

const named = (letter: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

describe("docs/practices.md", () => {
  it("answers every line of the checklist once, in order", () => {
    expect(rows.map(({ id }) => id)).toEqual([...named("B", 61), ...named("C", 11)]);
  });

  it.each(rows)("$id has an answer, and a yes its proof, which is there", ({ cells }) => {
    const [asked, answer = "", how, proof = ""] = cells;

    expect(cells).toHaveLength(4);
    expect(asked).not.toBe("");
    expect(["yes", "partly", "no"]).toContain(answer);
    expect(how).not.toBe("");
    const proofs = proofsOf(proof);
    expect(proofs.length > 0 || answer === "no").toBe(true);
    expect(proofs.flatMap(untrue)).toEqual([]);
    expect(besideProofs(proof)).toBe("");
  });
});
