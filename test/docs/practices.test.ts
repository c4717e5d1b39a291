import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { readDocumentFile, ROOT } from "./blocks.ts";

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

interface Proof {
  readonly file: string;
  readonly titles: readonly string[];
}

/** `[name](file) "title of a test", "another one"; [name](file)`. */
const proofsOf = (text: string): Proof[] =>
  [...text.matchAll(/\[[^\]]+\]\(([^)#]+)[^)]*\)((?:,? "[^"]+")*)/g)].map(([, path = "", titles = ""]) => ({
    file: join(ROOT, "docs", path),
    titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
  }));

/** What is said of the file and is not so. */
function untrue({ file, titles }: Proof): string[] {
  if (!existsSync(file)) return [`there is no ${file}`];
  if (!file.endsWith(".test.ts")) return titles.map((title) => `${file} is no test to have "${title}"`);
  if (titles.length === 0) return [`${file} is named without a test in it`];
  const text = readFileSync(file, "utf8");
  return titles
    .filter((title) => !text.includes(`"${title}"`))
    .map((title) => `${file} has no test "${title}"`);
}

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
    // Nothing stands there but proofs.
    expect(proof.replaceAll(/\[[^\]]+\]\([^)]+\)|"[^"]+"|[,; ]/g, "")).toBe("");
  });
});
