import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { until } from "./until.ts";

const GRACE_SECONDS = 10;
const LAST_LINES = 15;

/** A process of a control plane, and how one sees that it is ready. */
export interface ComponentSpec {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isReady?: () => Promise<boolean>;
  /** How long it may take to end by itself. */
  readonly graceSeconds?: number;
}

/**
 * A process that belongs to a control plane's directory, not to the process that started it: its pid and its log are
 * files there, so that any process may stop it and start it again.
 */
export class Component {
  readonly name: string;
  readonly logFile: string;
  readonly #pidFile: string;
  readonly #directory: string;
  readonly #spec: ComponentSpec;

  constructor(directory: string, spec: ComponentSpec) {
    this.name = spec.name;
    this.logFile = join(directory, "logs", `${spec.name}.log`);
    this.#pidFile = join(directory, "pids", spec.name);
    this.#directory = directory;
    this.#spec = spec;
  }

  /** Its pid, while it runs; a pid that another process has by now does not count. */
  get pid(): number | undefined {
    const pid = readIfThere(this.#pidFile);
    const environment = pid === "" ? "" : readIfThere(`/proc/${pid}/environ`);
    return environment.includes(`${this.#directory}\0`) ? Number(pid) : undefined;
  }

  /** What it has said so far. */
  get log(): string {
    return readIfThere(this.logFile);
  }

  /** Starts it, and waits until it is ready.
   * @throws {Error} when it ends or is not ready in time, with the end of its log
   */
  async start(): Promise<void> {
    await this.#spawn();
    await this.until("is ready", this.#spec.isReady ?? (() => Promise.resolve(true)));
  }

  /** Waits for something while it runs.
   * @throws {Error} when it ends before, or that does not come in time, with the end of its log
   */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    try {
      await until(`${this.name} ${what}`, async () => {
        if (this.pid === undefined) throw new Error(`${this.name} has ended`);
        return (await isSo()) || undefined;
      });
    } catch (error) {
      const lines = this.log.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
      throw new Error(`${String(error)}; the end of "${this.logFile}":\n${lines}`, { cause: error });
    }
  }

  /** Ends it: by the signal, and by SIGKILL where that takes too long. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.signal(signal);
    try {
      await this.untilEnded();
    } catch {
      this.signal("SIGKILL");
      await this.untilEnded();
    }
  }

  /** Waits until it has ended, as one that was told to does by itself.
   * @throws {Error} when that takes too long
   */
  async untilEnded(): Promise<void> {
    const { graceSeconds = GRACE_SECONDS } = this.#spec;
    const hasEnded = (): Promise<true | undefined> =>
      Promise.resolve(this.pid === undefined ? true : undefined);
    await until(`${this.name} ends`, hasEnded, graceSeconds);
    await rm(this.#pidFile, { force: true });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, signal);
  }

  async #spawn(): Promise<void> {
    const { command, words, env } = this.#spec;
    const log = openSync(this.logFile, "a");
    // In a group of its own, since the Ctrl-C of a terminal is for the one who started it, and is passed on in order.
    const child = spawn(command, words, {
      cwd: this.#directory,
      env: { ...environmentOf(this.#directory), ...env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child.unref();
    await once(child, "spawn");
    await writeFile(this.#pidFile, String(child.pid));
  }
}

/** No proxy, no home of the user: what runs here talks to loopback addresses only, and leaves nothing behind. */
export const environmentOf = (directory: string): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: directory,
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
