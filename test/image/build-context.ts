import { cpSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** Copies a path of the repository as a builder gets it: without what `.dockerignore` keeps back. */
export function copyFromContext(path: string, target: string): void {
  const isSent = readDockerIgnore();
  const source = join(ROOT, path);
  if (!isSent(path)) throw new Error(`"${path}" is not sent to the builder`);
  cpSync(source, target, { recursive: true, filter: (from) => isSent(relative(ROOT, from)) });
}

/** Whether a path goes to the builder: the last line that fits it, or a folder above it, decides. */
export function readDockerIgnore(): (path: string) => boolean {
  const rules = readFileSync(join(ROOT, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isSent: line.startsWith("!"), fits: fitting(line.replace(/^!/, "")) }));
  return (path) => rules.findLast(({ fits }) => fits(path))?.isSent ?? true;
}

function fitting(pattern: string): (path: string) => boolean {
  const parts = pattern.split("/").map((part) => {
    const literal = part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replaceAll("*", "[^/]*");
    return new RegExp(`^${literal}$`);
  });
  return (path) => {
    const names = path.split("/");
    return parts.every((part, index) => part.test(names[index] ?? ""));
  };
}
