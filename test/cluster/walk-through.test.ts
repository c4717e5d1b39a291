import { dirname } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { blocksOf, showsText } from "#test/docs/blocks.ts";
import { clusterRuns, type Way } from "#test/docs/cluster-blocks.ts";
import { createReader } from "#test/docs/reader.ts";
import { findBinary } from "./assets/binaries.ts";
import { call } from "./control-plane/call.ts";
import { startControlPlane } from "./control-plane/control-plane.ts";
import { addNodes, NODES } from "./control-plane/nodes.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { until } from "./control-plane/until.ts";
import { DeployedReplicas } from "./deployed-replicas.ts";
import { BASE, uninstall } from "./installation.ts";
import { succeed } from "./succeed.ts";

/** What the documents tell a reader to do in a cluster, done in one. Nothing is installed when a walk begins. */
const plane = await startControlPlane();
await addNodes(plane, NODES);
/** The namespace that the documents make for steps. */
const STEPS = "/api/v1/namespaces/woodpecker";

const walks: readonly { readonly file: string; readonly way: Way }[] = [
  { file: "README.md", way: "kubectl" },
  { file: "docs/install.md", way: "kubectl" },
  { file: "docs/install.md", way: "Helm" },
  { file: "docs/agent-guide.md", way: "kubectl" },
];

// What other files did to the shared one, such as a restart, is nothing that a reader meets.
afterAll(() => plane.stop());

describe.each(walks)("$file, by $way", ({ file, way }) => {
  const replicas = new DeployedReplicas(plane);
  const reader = createReader({
    HOME: plane.directory,
    KUBECONFIG: plane.kubeconfig,
    AUDIT_LOG: plane.auditLog,
    PATH: [...binaryFolders(), process.env["PATH"]].join(":"),
  });
  for (const { mark, text } of blocksOf(file)) {
    const [, path] = /^save as: (.*)$/.exec(mark) ?? [];
    if (path !== undefined) reader.save(path, text);
  }

  afterAll(async () => {
    await uninstall(plane);
    await succeed(plane, ["delete", "namespace", "woodpecker", "--ignore-not-found"]);
    await replicas.stop();
    await reader.leave();
  });

  it.each(clusterRuns(file, way))("line $line: $text", async ({ text, status, output }) => {
    const ran = await reader.run(text);

    expect(ran).toMatchObject({ status });
    if (output !== undefined && !showsText(output, ran.output)) expect(ran.output).toBe(output);
    await replicas.follow();
    await untilNamespacesSettle();
  });

  // The README leaves the uninstalling to docs/install.md.
  if (file === "README.md") return;
  it("leaves nothing that was installed", async () => {
    const { stdout } = await succeed(plane, ["get", "-k", BASE, "--ignore-not-found"]);

    expect(stdout).toBe("");
  });
});

const binaryFolders = (): readonly string[] =>
  (["kubectl", "helm"] as const).map((name) => dirname(findBinary(name) ?? ""));

const Namespaces = z.object({
  items: z.array(z.object({ status: z.object({ phase: z.string() }) })),
});

/** Waits for what nobody is slow enough to wait for: that new namespaces have an account, and old ones are gone. */
async function untilNamespacesSettle(): Promise<void> {
  await until("no namespace is going", async () => {
    const { items } = Namespaces.parse((await call(plane, "GET", "/api/v1/namespaces")).body);
    if (items.some(({ status }) => status.phase === "Terminating")) return undefined;
    return true;
  });
  const { status } = await call(plane, "GET", STEPS);
  if (status === 200) await untilObject(plane, `${STEPS}/serviceaccounts/default`, () => true);
}
