import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** A fenced block of a document, with what the comment before it says about it. */
export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The words of `<!-- … -->` before the fence; empty where there is none. */
  readonly mark: string;
}

const SKIPPED = new Set(["node_modules", "dist", ".git", "coverage", "development"]);

/** Every markdown file of the repository, by its path from the root. */
export function documents(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : documents(path);
    return entry.name.endsWith(".md") ? [relative(ROOT, path)] : [];
  });
}

export const readDocumentFile = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The fenced blocks of a document, in their order. */
export function blocksOf(file: string): Block[] {
  const text = readDocumentFile(file);
  return [
    ...text.matchAll(/^(?:<!-- (?<mark>[^\n]*) -->\n+)?```(?<language>\w*)\n(?<body>[^]*?)^```$/gm),
  ].map(({ groups, index }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    language: groups?.["language"] ?? "",
    text: groups?.["body"] ?? "",
    mark: groups?.["mark"] ?? "",
  }));
}

/** Whether the text is what the document shows; `…` in the document stands for anything. */
export function showsText(shown: string, text: string): boolean {
  const pattern = shown
    .trim()
    .split("…")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${pattern.join("[^]*?")}$`).test(text.trim());
}
