import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { Installation, NAME } from "./installation.ts";

const Deployment = z.object({ spec: z.object({ replicas: z.number() }) });

/** The replicas that the Deployment says, as processes: what kubelets are for elsewhere. */
export class DeployedReplicas {
  readonly #plane: ControlPlane;
  #installation: Installation | undefined;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  /** Has as many run as are wanted now; where they are the first, waits until the API server asks them. */
  async follow(): Promise<void> {
    const wanted = await this.#wanted();
    if (wanted === undefined) {
      await this.stop();
      return;
    }
    const isInstalled = this.#installation !== undefined;
    const installation = (this.#installation ??= await Installation.of(this.#plane));
    while (installation.replicas.length < wanted) await installation.addReplica();
    for (const replica of installation.replicas.slice(wanted)) await installation.stopReplica(replica);
    if (!isInstalled) await installation.untilInEffect();
  }

  async stop(): Promise<void> {
    await this.#installation?.stop();
    this.#installation = undefined;
  }

  async #wanted(): Promise<number | undefined> {
    const path = `/apis/apps/v1/namespaces/${NAME}/deployments/${NAME}`;
    const { status, body } = await call(this.#plane, "GET", path);
    return status === 404 ? undefined : Deployment.parse(body).spec.replicas;
  }
}
