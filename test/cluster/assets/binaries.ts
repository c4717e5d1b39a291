import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { KUBECTL_LAYER } from "./kubectl-layer.ts";

/** Go packages by the binary they make, and the module in whose go.mod they are pinned. */
export const GO_BINARIES = {
  "kube-apiserver": { module: "control-plane", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": {
    module: "control-plane",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  "kube-scheduler": { module: "control-plane", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  etcd: { module: "control-plane", package: "go.etcd.io/etcd/server/v3" },
  kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
} as const;

export type GoBinary = keyof typeof GO_BINARIES;
export type Binary = GoBinary | "kubectl" | "helm";

const BINARIES = Object.keys({ ...GO_BINARIES, kubectl: "", helm: "" }) as readonly Binary[]; // The keys are literal.

/** The folder of a Go module of the assets. */
export const moduleFolder = (module: string): string => join(import.meta.dirname, module);

/** Where the binaries are kept: outside the tree, and another folder for other versions. */
export function assetsFolder(): string {
  const given = process.env["PODPECKER_CLUSTER_ASSETS"];
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(given ?? join(caches, "podpecker", "cluster"), versionKey());
}

/** The file of a binary, from envtest's folder before our own; none where neither has it. */
export function findBinary(name: Binary): string | undefined {
  const envtest = process.env["KUBEBUILDER_ASSETS"];
  const folders = envtest === undefined ? [assetsFolder()] : [envtest, assetsFolder()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export const missingBinaries = (): readonly Binary[] =>
  BINARIES.filter((name) => findBinary(name) === undefined);

function versionKey(): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${KUBECTL_LAYER.version}\n`);
  const modules = new Set(Object.values(GO_BINARIES).map(({ module }) => module));
  for (const file of ["go.mod", "go.sum"])
    for (const module of modules) hash.update(readFileSync(join(moduleFolder(module), file)));
  return hash.digest("hex").slice(0, 12);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
