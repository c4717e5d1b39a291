import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

import { ROOT } from "./blocks.ts";

/** What a command line of a document printed, and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Someone who reads the documents in a copy of the repository and does what they say. */
export interface Reader {
  readonly save: (path: string, text: string) => void;
  readonly run: (lines: string) => Promise<Ran>;
  /** Runs `npm start`'s command on free ports; resolves with what it told once it listens. */
  readonly start: () => Promise<Started>;
  readonly leave: () => Promise<void>;
}

export interface Started {
  /** What it told, as if it listened on the documented port. */
  readonly told: string;
  /** The lines of a document for the port that it listens on. */
  readonly adapt: (lines: string) => string;
}

const DOCUMENTED = "https://127.0.0.1:8443";

/** Makes the copy. What is installed and built is only linked. The environment is added to that of the tests. */
export function createReader(env: Readonly<Record<string, string>> = {}): Reader {
  if (!existsSync(join(ROOT, "dist/main.js")))
    throw new Error("dist/main.js is missing: npm run build makes it");
  const folder = mkdtempSync(join(tmpdir(), "podpecker-reader-"));
  cpSync(join(ROOT, "manifests"), join(folder, "manifests"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const name of ["dist", "node_modules"]) symlinkSync(join(ROOT, name), join(folder, name));
  // `npx podpecker` is dist/main.js; npm itself takes half a second to find that out.
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" dist/main.js "$@"\n`);
  chmodSync(join(bin, "npx"), 0o755);
  const given = { ...process.env, ...env };
  const settings = {
    cwd: folder,
    env: { ...given, PATH: `${bin}:${given["PATH"] ?? ""}`, NO_COLOR: "1" },
  };
  const servers: ChildProcess[] = [];
  return {
    save: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    run: async (lines) => {
      const child = spawn("sh", ["-e", "-c", `{ ${lines.trim()}\n} 2>&1`], settings);
      child.stdin.end();
      const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
      return { status: child.exitCode, output };
    },
    start: async () => {
      const server = spawn("sh", ["-c", `exec ${startCommand()} --port 0 --metrics-port 0`], settings);
      servers.push(server);
      const told = await firstWords(server);
      const url = /https:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0] ?? DOCUMENTED;
      return { told: told.replaceAll(url, DOCUMENTED), adapt: (lines) => lines.replaceAll(DOCUMENTED, url) };
    },
    leave: async () => {
      await Promise.all(servers.map(stop));
      rmSync(folder, { recursive: true });
    },
  };
}

function startCommand(): string {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  return scripts.start;
}

/** What the server tells until it has told the line to copy. */
function firstWords(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (/podpecker review .*\n/.test(told)) resolve(told);
    });
    server.on("exit", (code) => {
      reject(new Error(`the server ended with ${String(code)}:\n${told}`));
    });
  });
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.removeAllListeners("exit");
    server.once("exit", () => {
      resolve();
    });
    server.kill("SIGTERM");
  });
}
