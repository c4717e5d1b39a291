import { Agent } from "node:https";

import { type Pod } from "#src/kubernetes/pod.ts";
import { type ApiServer, call } from "../control-plane/call.ts";
import { until } from "../control-plane/until.ts";
import { ApiObject, untilObject } from "../control-plane/until-object.ts";
import { classesOf, namesIn } from "./classes.ts";
import { dryRun, type Verdict } from "./dry-run.ts";

const CONFLICT = 409;
const NAMESPACES = "/api/v1/namespaces";

/** A namespace where Pods are tried without being made, with all that they name and the API server's admission looks for. */
export class ProvingGround {
  readonly #api: ApiServer;
  readonly #namespace: string;
  readonly #made: string[];
  // Few connections that stay open: a new one for each of thousands of Pods would be most of the work.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(api: ApiServer, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
    this.#made = [`${NAMESPACES}/${namespace}`];
  }

  /** Makes one, with the ServiceAccounts, PriorityClasses and RuntimeClasses that the Pods and what is made of them name. */
  static async of(
    api: ApiServer,
    pods: readonly Pod[],
    results: readonly Pod[] = [],
  ): Promise<ProvingGround> {
    const { name } = await create(api, NAMESPACES, { metadata: { generateName: "proving-" } });
    const ground = new ProvingGround(api, name);
    await ground.#furnish(pods, results);
    return ground;
  }

  /** What the API server says to the Pod, which bears the namespace that it came with again. */
  async ask(pod: Pod): Promise<Verdict> {
    const verdict = await dryRun(this.#api, this.#agent, within(this.#namespace, pod));
    return verdict.pod === undefined ? verdict : { pod: within(pod.metadata?.namespace, verdict.pod) };
  }

  /** Takes all of it away. */
  async clear(): Promise<void> {
    this.#agent.destroy();
    for (const path of this.#made) await call(this.#api, "DELETE", path);
  }

  async #furnish(pods: readonly Pod[], results: readonly Pod[]): Promise<void> {
    const accounts = `${NAMESPACES}/${this.#namespace}/serviceaccounts`;
    await untilObject(this.#api, `${accounts}/default`, () => true);
    for (const name of namesIn([...pods, ...results], "serviceAccountName"))
      if (name !== "default") await create(this.#api, accounts, { metadata: { name } });
    const last: Pod = {
      metadata: { name: "last" },
      spec: {
        containers: [{ name: "last", image: "alpine:3" }],
        priorityClassName: this.#namespace,
        runtimeClassName: this.#namespace,
      },
    };
    for (const { path, object } of classesOf(pods, [...results, last])) {
      await create(this.#api, path, object);
      this.#made.push(`${path}/${object.metadata.name}`);
    }
    // Admission looks at copies of the classes: once it knows the last ones, it knows all.
    await until("admission knows all classes", async () => (await this.ask(last)).pod);
  }
}

function within(namespace: string | undefined, { metadata, ...rest }: Pod): Pod {
  return { ...rest, metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) } };
}

/** In place of what another file of tests may have left there. */
async function create(
  api: ApiServer,
  path: string,
  body: { readonly metadata: { readonly name?: string; readonly generateName?: string } },
): Promise<{ name: string }> {
  let reply = await call(api, "POST", path, { body });
  if (reply.status === CONFLICT) {
    await call(api, "DELETE", `${path}/${body.metadata.name ?? ""}`);
    reply = await call(api, "POST", path, { body });
  }
  return ApiObject.parse(reply.body).metadata;
}
