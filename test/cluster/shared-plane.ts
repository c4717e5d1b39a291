import { inject } from "vitest";

import { type Site } from "./control-plane/components.ts";
import { ControlPlane } from "./control-plane/control-plane.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly controlPlane: Site;
  }
}

/** The control plane that all files of a run share, with NODES in it; each file makes namespaces of its own. */
export const sharedPlane = (): ControlPlane => new ControlPlane(inject("controlPlane"));
