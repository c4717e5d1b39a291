import { onTestFinished } from "vitest";

import { type ControlPlane } from "./control-plane/control-plane.ts";
import { apply, kubectl } from "./control-plane/kubectl.ts";

/** Applies objects that go when the test ends. */
export async function applyForTest(plane: ControlPlane, ...objects: readonly object[]): Promise<void> {
  onTestFinished(async () => {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await kubectl(plane, ["delete", "-f", "-", "--ignore-not-found", "--wait=false"], { input });
  });
  await apply(plane, ...objects);
}
