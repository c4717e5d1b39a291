import { Agent } from "node:https";

import { type PodSecurityProfile } from "#src/engine/pod-security-checks.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { dryRun, type Verdict } from "../acceptance/dry-run.ts";
import { type ApiServer, call } from "../control-plane/call.ts";
import { ApiObject, untilObject } from "../control-plane/until-object.ts";

const NAMESPACES = "/api/v1/namespaces";

/** A namespace in which Kubernetes itself enforces a Pod Security Standard. */
export class SecuredNamespace {
  readonly #api: ApiServer;
  readonly #path: string;
  readonly #name: string;
  // Few connections that stay open, and no more requests at once.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(api: ApiServer, name: string) {
    this.#api = api;
    this.#name = name;
    this.#path = `${NAMESPACES}/${name}`;
  }

  static async of(api: ApiServer, profile: PodSecurityProfile): Promise<SecuredNamespace> {
    const labels = { "pod-security.kubernetes.io/enforce": profile };
    const reply = await call(api, "POST", NAMESPACES, {
      body: { metadata: { generateName: "secured-", labels } },
    });
    const namespace = new SecuredNamespace(api, ApiObject.parse(reply.body).metadata.name);
    await untilObject(api, `${namespace.#path}/serviceaccounts/default`, () => true);
    return namespace;
  }

  /** What the API server says to the Pod, without making it. */
  ask({ metadata, ...rest }: Pod): Promise<Verdict> {
    return dryRun(this.#api, this.#agent, { ...rest, metadata: { ...metadata, namespace: this.#name } });
  }

  /** Makes the Pod. */
  async make(pod: Pod): Promise<void> {
    const { status, body } = await call(this.#api, "POST", `${this.#path}/pods`, { body: pod });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  /** Why the API server does not put the container into the Pod that was made; nothing where it would. */
  async refusalToDebug(name: string, container: object): Promise<string | undefined> {
    const { status, body } = await call(
      this.#api,
      "PATCH",
      `${this.#path}/pods/${name}/ephemeralcontainers?dryRun=All`,
      {
        body: { spec: { ephemeralContainers: [container] } },
        type: "application/strategic-merge-patch+json",
        agent: this.#agent,
      },
    );
    return status === 200 ? undefined : (body as { message: string }).message;
  }

  /** Takes all of it away. */
  async clear(): Promise<void> {
    this.#agent.destroy();
    await call(this.#api, "DELETE", this.#path);
  }
}
