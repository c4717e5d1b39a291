import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readDocumentFile, ROOT } from "./blocks.ts";

/** What a document says proves something: a file, and the titles of tests in it. */
interface Proof {
  readonly file: string;
  readonly titles: readonly string[];
}

/** The rows of a document's tables whose first cell is such an id, with their other cells. */
export const rowsOf = (document: string, isId: RegExp): { readonly id: string; readonly cells: string[] }[] =>
  readDocumentFile(document)
    .split("\n")
    .flatMap((line) => {
      const [id = "", ...cells] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return isId.test(id) ? [{ id, cells }] : [];
    });

/** `[name](file) "title of a test", "another one"; [name](file)`. */
export const proofsOf = (text: string): Proof[] =>
  [...text.matchAll(/\[[^\]]+\]\(([^)#]+)[^)]*\)((?:,? "[^"]+")*)/g)].map(([, path = "", titles = ""]) => ({
    file: join(ROOT, "docs", path),
    titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
  }));

/** What is said of the file and is not so. */
export function untrue({ file, titles }: Proof): string[] {
  if (!existsSync(file)) return [`there is no ${file}`];
  if (!file.endsWith(".test.ts")) return titles.map((title) => `${file} is no test to have "${title}"`);
  if (titles.length === 0) return [`${file} is named without a test in it`];
  const text = readFileSync(file, "utf8");
  return titles
    .filter((title) => !text.includes(`"${title}"`))
    .map((title) => `${file} has no test "${title}"`);
}

/** What stands in a cell for proofs that is none. */
export const besideProofs = (text: string): string =>
  text.replaceAll(/\[[^\]]+\]\([^)]+\)|"[^"]+"|[,; ]/g, "");
