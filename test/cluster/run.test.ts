import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { Component } from "./control-plane/component.ts";
import { until } from "./control-plane/until.ts";

const RUN = join(import.meta.dirname, "run.ts");

interface Cluster {
  readonly process: ChildProcess;
  readonly directory: string;
  readonly parts: readonly Component[];
}

/** `npm run cluster`, as far as the words that tell a person what to do. */
async function startCluster(): Promise<Cluster> {
  const child = spawn(process.execPath, ["--import", "tsx", RUN], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  while (!said.includes("Ctrl-C")) {
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}, having said: ${said}`);
  }
  const directory = /export KUBECONFIG=(\S+)\/kubeconfig/.exec(said)?.[1] ?? "";
  const names = readdirSync(join(directory, "pids"));
  const parts = names.map((name) => new Component(directory, { name, command: "", words: [] }));
  return { process: child, directory, parts };
}

const pids = ({ parts }: Cluster): readonly number[] => parts.flatMap(({ pid }) => pid ?? []);

it("takes everything away on Ctrl-C", async () => {
  const cluster = await startCluster();
  expect(pids(cluster)).toHaveLength(7);

  cluster.process.kill("SIGINT");

  expect(await once(cluster.process, "exit")).toEqual([0, null]);
  expect(pids(cluster)).toEqual([]);
  expect(existsSync(cluster.directory)).toBe(false);
});

it("takes everything away when it is killed", async () => {
  const cluster = await startCluster();

  cluster.process.kill("SIGKILL");

  const isGone = (): boolean => pids(cluster).length === 0 && !existsSync(cluster.directory);
  await until("all of it is gone", () => Promise.resolve(isGone() || undefined));
});
