import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import { type Image } from "./build-image.ts";
import { assignment, listOf, type Stage } from "./dockerfile.ts";

/** A program as a container runs it: the image's command, its user, nothing of our environment. */
export interface Container {
  readonly child: ChildProcessWithoutNullStreams;
  /** Waits until standard error has such a text. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts what the last stage starts, with these words for its arguments; killed when the test ends. */
export function startContainer({ instructions }: Stage, image: Image, words: readonly string[]): Container {
  const all = (keyword: string) => instructions.filter((instruction) => instruction.keyword === keyword);
  // The runtime's Node.js is this machine's here, and the image's root a folder.
  const [, ...command] = all("ENTRYPOINT")
    .flatMap(listOf)
    .map((word) => (word.startsWith("/app/") ? join(image.root, word) : word));
  const [uid = 0, gid = 0] = (all("USER").at(-1)?.rest ?? "").split(":").map(Number);
  const child = spawn(process.execPath, [...command, ...words], {
    cwd: join(image.root, image.workdir),
    env: Object.fromEntries(all("ENV").map(({ rest }) => assignment(rest))),
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const out = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (out.stderr += text));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, ...out }));
  return { child, ended, until: (pattern) => waitFor(pattern, { child, out, ended }) };
}

async function waitFor(
  pattern: RegExp,
  { child, out, ended }: Pick<Container, "child" | "ended"> & { readonly out: { readonly stderr: string } },
): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(out.stderr);
    if (found !== null) return found;
    if (child.exitCode !== null) throw new Error(`ended before ${String(pattern)}:\n${out.stderr}`);
    await Promise.race([once(child.stderr, "data"), ended]);
  }
}
