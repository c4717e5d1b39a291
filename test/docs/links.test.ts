import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { documents, readDocumentFile, ROOT } from "./blocks.ts";

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

describe.each(documents())("%s", (file) => {
  const text = readDocumentFile(file).replace(/^```[^]*?^```$/gm, "");
  const targets = [...text.matchAll(LINK)].map(([, target]) => target ?? "");

  it("links to files and headings that are there", () => {
    const missing = targets.filter((target) => !/^[a-z]+:/.test(target) && !resolves(file, target));

    expect(missing).toEqual([]);
  });

  it("links to a tag or a commit, never to a branch", () => {
    const branches = targets.filter((target) =>
      /\/(blob|tree|raw)\/(main|master|HEAD|release-[^/]*)\//.test(target),
    );

    expect(branches).toEqual([]);
  });
});

function resolves(file: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const place = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
  if (!existsSync(place)) return false;
  return heading === undefined || (statSync(place).isFile() && headings(place).includes(heading));
}

/** The anchors of a document, as GitHub makes them. */
function headings(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
