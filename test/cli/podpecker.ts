import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Surroundings {
  readonly input?: string | Buffer;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As a user to whom modes mean something, also where the tests run as root. */
  readonly isNobody?: boolean;
}

const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// What the terminal or the build that the tests run in says is not for the program under test.
const OURS = ["NO_COLOR", "FORCE_COLOR", "COLUMNS", "NODE_OPTIONS", "POD_NAMESPACE"];

const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.includes(name)));

/** The built program, running; killed when the test ends, if it has not ended by itself. */
export class Podpecker {
  stdout = "";
  stderr = "";
  readonly child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(words: readonly string[], { cwd, env, input, isNobody = false }: Surroundings = {}) {
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd,
      env: { ...inherited(), ...env },
      ...(isNobody ? NOBODY : {}),
    });
    this.child = child;
    this.#ended = once(child, "close");
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    // It may end before it has read all: that is what it says, not how the test fails.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
  }

  async end(): Promise<Ended> {
    await this.#ended;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits until one of the two streams has such a text. */
  async until(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this[stream]);
      if (found !== null) return found;
      const { exitCode } = this.child;
      if (exitCode !== null)
        throw new Error(`ended with ${exitCode} before ${String(pattern)}:\n${this.stderr}`);
      await Promise.race([once(this.child[stream] ?? this.child, "data"), this.#ended]);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Runs the built program to its end. */
export const podpecker = (words: readonly string[], surroundings?: Surroundings): Promise<Ended> =>
  new Podpecker(words, surroundings).end();
