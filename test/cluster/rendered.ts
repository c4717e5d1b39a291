import { join } from "node:path";

import { parseAllDocuments } from "yaml";
import { z } from "zod";

import { type ControlPlane } from "./control-plane/control-plane.ts";
import { helm } from "./control-plane/helm.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { type Ran } from "./control-plane/run-program.ts";

const ROOT = join(import.meta.dirname, "../..");
export const MANIFESTS = join(ROOT, "manifests");
const CHART = join(MANIFESTS, "chart");

/** Objects by what an API server tells them apart by. */
export type Rendered = ReadonlyMap<string, unknown>;

const Named = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** What kustomize makes of a folder.
 * @throws {Error} with what kubectl says, where it fails
 */
export const kubectlKustomize = async (plane: ControlPlane, folder: string): Promise<Rendered> =>
  objectsOf(await kubectl(plane, ["kustomize", folder]));

/** What Helm makes of the chart, in the namespace of the base unless told otherwise.
 * @throws {Error} with what Helm says, where it fails
 */
export const helmTemplate = async (
  plane: ControlPlane,
  words: readonly string[] = [],
  namespace = "podpecker",
): Promise<Rendered> =>
  objectsOf(await helm(plane, ["template", "podpecker", CHART, "--namespace", namespace, ...words]));

/** Runs a command of Helm about the release that the chart is installed as. */
export const helmRelease = (
  plane: ControlPlane,
  command: "install" | "upgrade" | "uninstall",
  words: readonly string[] = [],
): Promise<Ran> => {
  const chart = command === "uninstall" ? [] : [CHART];
  return helm(plane, [command, "podpecker", ...chart, "--namespace", "podpecker", ...words]);
};

function objectsOf({ code, stdout, stderr }: Ran): Rendered {
  if (code !== 0) throw new Error(stderr);
  return new Map(
    parseAllDocuments(stdout).flatMap((document) => {
      const object: unknown = document.toJS();
      return object === null ? [] : [[identityOf(object), object]];
    }),
  );
}

function identityOf(object: unknown): string {
  const { kind, metadata } = Named.parse(object);
  return [kind, metadata.namespace ?? "", metadata.name].join("/");
}
