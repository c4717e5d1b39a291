import { z } from "zod";

import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { Installation, NAME } from "./installation.ts";
import { policyConfigMap } from "./policy-config-map.ts";
import { succeed } from "./succeed.ts";

const Deployment = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
    }),
  }),
});

/** The replicas that the Deployment says, as processes: what kubelets are for elsewhere. */
export class DeployedReplicas {
  readonly #plane: ControlPlane;
  #installation: Installation | undefined;
  /** What those that run were started with. */
  #words = "";
  #marks = 0;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  /**
   * Has as many run as are wanted now, with the words that are wanted, and waits until all of them follow the policies that
   * are there; where they are the first, also until the API server asks them.
   */
  async follow(): Promise<void> {
    const deployment = await this.#deployment();
    const words = JSON.stringify(deployment?.template.spec.containers);
    // Others than in a rollout, the old ones are gone before the new ones come.
    if (deployment === undefined || words !== this.#words) await this.stop();
    if (deployment === undefined) return;
    this.#words = words;
    const wanted = deployment.replicas;
    const isInstalled = this.#installation !== undefined;
    const installation = (this.#installation ??= await Installation.of(this.#plane));
    while (installation.replicas.length < wanted) await installation.addReplica();
    for (const replica of installation.replicas.slice(wanted)) await installation.stopReplica(replica);
    if (!isInstalled) await installation.untilInEffect();
    await this.#untilFollowed(installation);
  }

  async stop(): Promise<void> {
    await this.#installation?.stop();
    this.#installation = undefined;
  }

  /** Whoever follows a policy that is written now follows all that were written before. */
  async #untilFollowed(installation: Installation): Promise<void> {
    const mark = `mark-${(this.#marks += 1)}`;
    const policy = policyConfigMap(mark, { match: { namespaces: [mark] } });
    await succeed(this.#plane, ["apply", "-f", "-"], { input: JSON.stringify(policy) });
    await installation.untilInForce(mark);
    await succeed(this.#plane, ["delete", "configmap", mark, `--namespace=${NAME}`]);
  }

  async #deployment(): Promise<z.infer<typeof Deployment>["spec"] | undefined> {
    const path = `/apis/apps/v1/namespaces/${NAME}/deployments/${NAME}`;
    const { status, body } = await call(this.#plane, "GET", path);
    return status === 404 ? undefined : Deployment.parse(body).spec;
  }
}
