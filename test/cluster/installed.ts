import { afterAll, beforeAll } from "vitest";

import { type ControlPlane } from "./control-plane/control-plane.ts";
import { Installation, uninstall } from "./installation.ts";

/** Installs Podpecker before the first test of a file, and takes all of it away after the last one. The words are for
 * every replica. */
export function installed(
  plane: ControlPlane,
  replicas = 1,
  words: readonly string[] = [],
): () => Installation {
  let installation: Installation | undefined;
  beforeAll(async () => {
    installation = await Installation.in(plane);
    for (let count = 0; count < replicas; count += 1) await installation.addReplica(...words);
    await installation.untilInEffect();
  });
  afterAll(async () => {
    // However far it came.
    await uninstall(plane);
    await installation?.stop();
  });
  return () => {
    if (installation === undefined) throw new Error("Podpecker is installed when the tests run, not before");
    return installation;
  };
}
