import { Agent } from "node:https";

import { Pod } from "#src/kubernetes/pod.ts";
import { call } from "../control-plane/call.ts";
import { type ControlPlane } from "../control-plane/control-plane.ts";
import { until } from "../control-plane/until.ts";
import { createPod } from "../create-pod.ts";
import { stepPod } from "../step-pod.ts";
import { VERSION_LABEL } from "./load-policy.ts";

/** One creation of a Pod, and what became of it. */
export interface PodCreation {
  readonly namespace: string;
  readonly phase: string;
  readonly milliseconds: number;
  readonly isDryRun: boolean;
  /** Nothing where it was created as it should have been. */
  readonly trouble?: "failed" | "unmutated";
  /** What the API server said, where it was not. */
  readonly said?: string;
}

export interface LoadParts {
  /** In turn; Pods of the first are to be changed, those of the others are not. */
  readonly namespaces: readonly [string, ...string[]];
  /** The first phase's name. */
  readonly phase: string;
  /** What the policy in force gives Pods as VERSION_LABEL. */
  readonly versions: readonly string[];
}

const CONNECTIONS = 4;
// The others are dry runs, which pass the webhook in the same way and leave nothing to etcd, scheduler and kwok.
const REAL_EVERY = 20;

/** Creations of step Pods through an API server, as many as it takes, over a few connections until it is stopped. */
export class PodLoad {
  /** What is written down about creations that begin from now on. */
  phase: string;
  /** What is accepted of those that begin from now on. */
  versions: readonly string[];
  readonly creations: PodCreation[] = [];
  readonly #plane: ControlPlane;
  readonly #namespaces: LoadParts["namespaces"];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #workers: readonly Promise<void>[];
  #begun = 0;
  #isStopping = false;

  /** Begins at once. */
  constructor(plane: ControlPlane, { namespaces, phase, versions }: LoadParts) {
    this.#plane = plane;
    this.#namespaces = namespaces;
    this.phase = phase;
    this.versions = versions;
    this.#workers = Array.from({ length: CONNECTIONS }, () => this.#work());
  }

  /** Those that were not as they should have been. */
  get troubles(): readonly PodCreation[] {
    return this.creations.filter(({ trouble }) => trouble !== undefined);
  }

  /** Waits until so many more were created. */
  async more(count: number): Promise<void> {
    const wanted = this.creations.length + count;
    await until(`${count} more Pods`, () =>
      Promise.resolve(this.creations.length >= wanted ? true : undefined),
    );
  }

  /** Begins no more, and waits for those that run. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      const number = this.#begun++;
      // The same Pod in each of the namespaces, one after the other.
      for (const [index, namespace] of this.#namespaces.entries()) {
        const { phase, versions } = this;
        const outcome = await this.#create(number, namespace);
        this.creations.push({ namespace, phase, ...judge(outcome, index === 0 ? versions : []) });
      }
    }
  }

  async #create(number: number, namespace: string): Promise<Outcome> {
    const name = `wp-load-${number}`;
    const isDryRun = number % REAL_EVERY !== 0;
    const pod = stepPod(namespace, { name, options: OPTIONS });
    const start = performance.now();
    try {
      const { status, body } = await createPod(this.#plane, pod, { isDryRun, agent: this.#agent });
      const milliseconds = performance.now() - start;
      if (status === 201 && !isDryRun) await this.#remove(namespace, name);
      return { status, body, milliseconds, isDryRun };
    } catch (error) {
      return { status: 0, body: String(error), milliseconds: performance.now() - start, isDryRun };
    }
  }

  async #remove(namespace: string, name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`;
    const { status, body } = await call(this.#plane, "DELETE", path, { agent: this.#agent });
    if (status !== 200) throw new Error(`the Pod cannot be deleted: ${JSON.stringify(body)}`);
  }
}

const OPTIONS = { resources: { requests: { cpu: "250m" } }, nodeSelector: { "kubernetes.io/arch": "amd64" } };

interface Outcome {
  readonly status: number;
  readonly body: unknown;
  readonly milliseconds: number;
  readonly isDryRun: boolean;
}

type Judged = Omit<PodCreation, "namespace" | "phase">;

/** Where no version is accepted, the Pod is to be as it was sent. */
function judge(outcome: Outcome, versions: readonly string[]): Judged {
  const { status, body, milliseconds, isDryRun } = outcome;
  const said = JSON.stringify(body);
  if (status !== 201) return { milliseconds, isDryRun, trouble: "failed", said };
  const { annotations = {}, labels = {} } = Pod.parse(body).metadata ?? {};
  const isChanged = annotations["podpecker.dev/applied"] !== undefined;
  const version = labels[VERSION_LABEL];
  const isRight =
    versions.length === 0
      ? !isChanged && version === undefined
      : isChanged && version !== undefined && versions.includes(version);
  return isRight ? { milliseconds, isDryRun } : { milliseconds, isDryRun, trouble: "unmutated", said };
}
