import { type TestProject } from "vitest/node";

import { startControlPlane } from "./control-plane/control-plane.ts";
import { addNodes, NODES } from "./control-plane/nodes.ts";
import { whyNoCluster } from "./why-no-cluster.ts";

/** Starts the shared control plane before the first file of tests, and ends it after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reason = await whyNoCluster();
  if (reason !== undefined) throw new Error(`The cluster tests cannot run: ${reason}`);
  const plane = await startControlPlane();
  await addNodes(plane, NODES);
  project.provide("controlPlane", plane.site);
  return () => plane.stop();
}
