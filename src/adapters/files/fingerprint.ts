import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A text that differs as soon as a path, or anything directly in it, has another content, owner or mode. */
export const fingerprint = (paths: readonly string[]): string => paths.map(ofPath).join("\n");

function ofPath(path: string): string {
  try {
    const entry = statSync(path, { bigint: true });
    if (!entry.isDirectory()) return identity(path);
    // Hidden names come and go with every swap of `..data`; the links beside it lead to the new files.
    const names = readdirSync(path).filter((name) => !name.startsWith("."));
    return names
      .sort()
      .map((name) => `${name}=${identity(join(path, name))}`)
      .join(",");
  } catch (error) {
    return codeOf(error);
  }
}

function identity(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return codeOf(error);
  }
}

// That a file cannot be looked at is a state like any other; whoever reads it says so.
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unreadable";
