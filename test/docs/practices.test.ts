import { describe, expect, it } from "vitest";

import { readDocumentFile } from "./blocks.ts";

const rows = readDocumentFile("docs/practices.md")
  .split("\n")
  .flatMap((line) => {
    const [id = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return /^[BC]\d+$/.test(id) ? [{ id, cells }] : [];
  });

const named = (letter: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

describe("docs/practices.md", () => {
  it("answers every line of the checklist once, in order", () => {
    expect(rows.map(({ id }) => id)).toEqual([...named("B", 61), ...named("C", 11)]);
  });

  it.each(rows.filter(({ id }) => id.startsWith("B")))(
    "$id has an answer, and a yes its proof",
    ({ cells }) => {
      const [asked, answer = "", how, proof = ""] = cells;

      expect(asked).not.toBe("");
      expect(["yes", "partly", "no"]).toContain(answer);
      expect(how).not.toBe("");
      // Whether the files are there is asked of all documents.
      expect(proof !== "" || answer === "no").toBe(true);
    },
  );
});
