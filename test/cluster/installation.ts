import { join } from "node:path";

import { z } from "zod";

import { askReplica } from "./ask-replica.ts";
import { call } from "./control-plane/call.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { type Replica, startReplica } from "./control-plane/replica.ts";
import { serviceAccountKubeconfig } from "./control-plane/service-account.ts";
import { ServiceAddress } from "./control-plane/service-address.ts";
import { until } from "./control-plane/until.ts";
import { createNamespace } from "./create-namespace.ts";
import { createPod } from "./create-pod.ts";
import { succeed } from "./succeed.ts";
import { stepPod } from "./step-pod.ts";

/** What is shipped: `kubectl apply -k`. */
export const BASE = join(import.meta.dirname, "../../manifests/base");
/** Podpecker's own namespace, and the name of nearly all that is shipped. */
export const NAME = "podpecker";

/**
 * The shipped manifests in a control plane. Behind the Service are processes of this machine in place of the Pods that
 * the Deployment makes: kwok only says of those that they run.
 */
export class Installation {
  readonly plane: ControlPlane;
  readonly service: ServiceAddress;
  readonly #words: readonly string[];
  #replicas: readonly Replica[] = [];

  private constructor(plane: ControlPlane, service: ServiceAddress, words: readonly string[]) {
    this.plane = plane;
    this.service = service;
    this.#words = words;
  }

  /** Applies the shipped manifests; nobody answers yet. */
  static async in(plane: ControlPlane): Promise<Installation> {
    await succeed(plane, ["apply", "-k", BASE]);
    return Installation.of(plane);
  }

  /** What was installed in another way; nobody answers yet. */
  static async of(plane: ControlPlane): Promise<Installation> {
    const words = [
      ...(await shippedWords(plane)),
      ...["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0", "--shutdown-delay", "0"],
      // The shipped account's: its rights are what a replica lives by.
      ...["--kubeconfig", await serviceAccountKubeconfig(plane, NAME, NAME)],
    ];
    return new Installation(plane, await ServiceAddress.of(plane, NAME, NAME), words);
  }

  /** Those behind the Service. */
  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Starts one more, and puts it behind the Service once it says that it is ready. */
  async addReplica(...words: readonly string[]): Promise<Replica> {
    const replica = await this.startReplica(...words);
    await until("the replica is ready", async () => {
      const { status } = await askReplica(replica, "/readyz");
      return status === 200 || undefined;
    });
    this.#setReplicas([...this.#replicas, replica]);
    return replica;
  }

  /** Starts one that is not behind the Service. Its words overrule those that are shipped. */
  startReplica(...words: readonly string[]): Promise<Replica> {
    const env = { POD_NAMESPACE: NAME };
    return startReplica(this.plane.directory, { words: [...this.#words, ...words], env });
  }

  /** Takes one from behind the Service, then stops it. */
  async stopReplica(replica: Replica): Promise<void> {
    this.#setReplicas(this.#replicas.filter((other) => other !== replica));
    await replica.stop();
  }

  /** Stops one as Kubernetes does: it is told to, and taken from behind the Service while it still answers. */
  async retireReplica(replica: Replica): Promise<void> {
    replica.signal("SIGTERM");
    await until("the replica is not ready", async () => {
      const { status } = await askReplica(replica, "/readyz");
      return status === 503 || undefined;
    });
    this.#setReplicas(this.#replicas.filter((other) => other !== replica));
    await replica.untilEnded();
  }

  /** Waits until the API server asks about Pods and about policies, and believes who answers. */
  async untilInEffect(): Promise<void> {
    const namespace = await createNamespace(this.plane, { labels: { "podpecker.dev/enabled": "true" } });
    await until("Podpecker is asked about a Pod", async () => {
      const { status, body } = await createPod(this.plane, stepPod(namespace), { isDryRun: true });
      const isSeen = this.#words.includes("--audit") ? await this.#hasReviewed() : isApplied(body);
      return (status === 201 && isSeen) || undefined;
    });
    await until("a bad policy is refused", async () => {
      const metadata = { name: "bad", labels: { "podpecker.dev/policy": "true" } };
      const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
      const { status } = await call(this.plane, "POST", path, {
        body: { metadata, data: { "policy.yaml": "?" } },
      });
      return status === 422 || undefined;
    });
    await succeed(this.plane, ["delete", "namespace", namespace, "--wait=false"]);
  }

  /** Waits until every replica follows a policy that was just written, by its name in Podpecker's own namespace. */
  async untilInForce(policy: string): Promise<void> {
    await Promise.all(
      this.#replicas.map((replica) => replica.untilLogged(new RegExp(`"${NAME}/${policy}"`))),
    );
  }

  /** Ends the replicas; what is shipped stays. */
  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
    this.#setReplicas([]);
    await this.service.close();
  }

  /** What tells where no Pod is changed. */
  async #hasReviewed(): Promise<boolean> {
    const texts = await Promise.all(this.#replicas.map(async ({ metrics }) => (await fetch(metrics)).text()));
    return texts.some((text) => /^podpecker_reviews_total\{.*\} [1-9]/m.test(text));
  }

  #setReplicas(replicas: readonly Replica[]): void {
    this.#replicas = replicas;
    this.service.backends = replicas.map(({ port }) => port);
  }
}

/** Takes away what is shipped, if it is there; the webhook configurations first, as nobody may wait for who is gone. */
export async function uninstall(plane: ControlPlane): Promise<void> {
  const configurations = "mutatingwebhookconfiguration,validatingwebhookconfiguration";
  await succeed(plane, ["delete", configurations, NAME, "--ignore-not-found"]);
  await succeed(plane, ["delete", "-k", BASE, "--ignore-not-found"]);
}

const isApplied = (body: unknown): boolean => JSON.stringify(body).includes("podpecker.dev/applied");

const Deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
    }),
  }),
});

/** What follows `podpecker serve` in the Deployment. */
async function shippedWords(plane: ControlPlane): Promise<readonly string[]> {
  const { body } = await call(plane, "GET", `/apis/apps/v1/namespaces/${NAME}/deployments/${NAME}`);
  const [{ args }] = Deployment.parse(body).spec.template.spec.containers;
  return args.slice(1);
}
