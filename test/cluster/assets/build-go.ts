import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { AssetError } from "./asset-error.ts";
import { GO_BINARIES, type GoBinary, moduleFolder } from "./binaries.ts";

// Four lines for kwok, ten for the API server, which takes five minutes where nothing is cached.
const PROGRESS_EVERY = 200;
// What a failed build said last says why.
const LAST_LINES = 20;

/** @throws {AssetError} where there is no Go to build these with */
export async function assertGo(names: readonly GoBinary[]): Promise<void> {
  try {
    await promisify(execFile)("go", ["version"]);
  } catch (error) {
    throw new AssetError(
      `there is no Go to build ${names.join(", ")} with; install Go 1.26 or later (https://go.dev/dl), or name a folder that has them in KUBEBUILDER_ASSETS`,
      { cause: error },
    );
  }
}

/** Builds a binary from its pinned module into the folder; it is there as a whole or not at all.
 * @throws {AssetError} when the build fails, with the end of what it said
 */
export async function buildGo(name: GoBinary, folder: string, tell: (line: string) => void): Promise<void> {
  const { module, package: path } = GO_BINARIES[name];
  const temporary = join(folder, `${name}.${process.pid}`);
  const flags = ["-trimpath", "-buildvcs=false", "-v", "-ldflags", linkerFlags(name)];
  const go = spawn("go", ["build", ...flags, "-o", temporary, path], {
    cwd: moduleFolder(module),
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const told = followBuild(go.stderr, (packages) => {
    tell(`${name}: ${packages} packages compiled`);
  });
  try {
    const [code] = (await once(go, "close")) as [number | null]; // Its arguments are documented.
    if (code !== 0) throw new AssetError(`${name} cannot be built:\n${told().join("\n")}`);
    await rename(temporary, join(folder, name));
  } finally {
    await rm(temporary, { force: true });
  }
}

// go build -v says a line for each package that it compiles: hundreds, which a person would rather have counted.
function followBuild(stderr: NodeJS.ReadableStream, onProgress: (packages: number) => void) {
  const lines: string[] = [];
  createInterface({ input: stderr }).on("line", (line) => {
    lines.push(line);
    if (lines.length % PROGRESS_EVERY === 0) onProgress(lines.length);
  });
  return () => lines.slice(-LAST_LINES);
}

// Without these, the server calls itself v0.0.0-master.
function linkerFlags(name: GoBinary): string {
  const bare = "-s -w";
  if (!name.startsWith("kube-")) return bare;
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split(".");
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const set = Object.entries(variables).map(
    ([variable, value]) => `-X k8s.io/component-base/version.${variable}=${String(value)}`,
  );
  return [bare, ...set].join(" ");
}

function kubernetesVersion(): string {
  const text = readFileSync(join(moduleFolder("control-plane"), "go.mod"), "utf8");
  const version = /\bk8s\.io\/kubernetes (v\S+)/.exec(text)?.[1];
  if (version === undefined)
    throw new Error("go.mod of the control plane names no version of k8s.io/kubernetes");
  return version;
}
