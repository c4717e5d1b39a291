import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { POLICY } from "./corpus.ts";

/** A server under load: where it listens, and the CPU time it has used so far. */
export interface Served {
  readonly url: string;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfter: number;
  readonly cpuSeconds: () => Promise<number>;
  readonly residentBytes: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Starts the yardstick. */
export async function startBare(): Promise<Served> {
  const start = performance.now();
  const child = fork(fileURLToPath(new URL("./bare-server.js", import.meta.url)));
  // The two messages that the yardstick sends.
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    url: `https://127.0.0.1:${port}/mutate`,
    readyAfter: performance.now() - start,
    cpuSeconds: async () => {
      child.send("cpu");
      const [{ cpu }] = (await once(child, "message")) as [{ cpu: NodeJS.CpuUsage }];
      return (cpu.user + cpu.system) / 1e6;
    },
    residentBytes: () => Promise.resolve(0),
    stop: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** Starts the webhook as people do, with the log written and thrown away. */
export async function startWebhook(): Promise<Served> {
  const start = performance.now();
  const ports = ["--port", "0", "--metrics-port", "0"];
  const child = spawn(process.execPath, ["dist/main.js", "serve", "--policy", POLICY, ...ports], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  const said = await linesUntil(child, /https:\/\/\S+[^]*http:\/\/\S+/);
  const base = /https:\/\/[0-9.]+:\d+/.exec(said)?.[0] ?? "";
  const metrics = `${/http:\/\/[0-9.]+:\d+/.exec(said)?.[0] ?? ""}/metrics`;
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(metrics)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  return {
    url: `${base}/mutate`,
    readyAfter: performance.now() - start,
    cpuSeconds: () => figure("process_cpu_seconds_total"),
    residentBytes: () => figure("process_resident_memory_bytes"),
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function linesUntil(child: ChildProcess, wanted: RegExp): Promise<string> {
  let said = "";
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    if (wanted.test(said)) break;
  }
  if (!wanted.test(said)) throw new Error(`the webhook did not start:\n${said}`);
  return said;
}
