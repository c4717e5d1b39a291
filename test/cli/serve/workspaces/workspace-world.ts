import { expect } from "vitest";

import { ClusterError } from "#src/adapters/cluster/cluster-error.ts";
import { type ClaimPlace } from "#src/cli/serve/workspaces/claim-place.ts";
import { createWorkspacePasses } from "#src/cli/serve/workspaces/workspace-pass.ts";
import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";
import { readWorkflowPod } from "#src/workspace/workflow-pod.ts";
import { readWorkspaceClaim } from "#src/workspace/workspace-claim.ts";
import { workflowPodObject } from "#test/workspace/objects.ts";

export const TTL_MS = 600_000;

/** What becomes of a call: it never arrives, or its answer is lost; and whether the controller dies of it. */
export interface Mishap {
  /** The how many-th call from now. */
  readonly call: number;
  readonly arrives: boolean;
  readonly kills: boolean;
  /** Instead, while its answer is under way another replica may act. */
  readonly loses?: boolean;
}

interface Step {
  readonly workflow: number;
  readonly name: string;
  phase: "Pending" | "Running" | "Succeeded";
  marks: boolean;
  /** Somebody has given it the id of another workflow since it was admitted. */
  isEdited: boolean;
  /** A controller has looked at it. */
  isSeen: boolean;
}

interface Kept {
  readonly object: ReturnType<typeof stored>;
  isEnding: boolean;
}

type Claim = Parameters<ClaimPlace["create"]>[0] & Record<string, unknown>;

let uids = 0;
const stored = (claim: Claim) => {
  uids += 1;
  return {
    ...claim,
    metadata: {
      ...claim.metadata,
      uid: `claim-${uids}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-02T03:04:05Z",
    },
    status: { phase: "Bound" },
  };
};

/** An API server with workflows, its PVC protection, and one controller, which may be another one at any time. */
export class WorkspaceWorld {
  readonly steps = new Map<string, Step>();
  readonly claims = new Map<string, Kept>();
  /** What must never happen, and did. */
  readonly wrongs: string[] = [];
  readonly calls: string[] = [];
  #now = 0;
  #names = 0;
  #mishaps: Mishap[] = [];
  #callsNow = 0;
  #isDead = false;
  #mandate = new AbortController();
  // What the watch of the controller shows; nothing before its first list.
  #shown: { steps: readonly Step[]; pods: readonly unknown[]; claims: readonly unknown[] } | undefined;
  readonly #quietSince = new Map<number, number>();
  readonly #marked = new Set<number>();
  #controller = this.#begin();

  get now(): number {
    return this.#now;
  }

  /** A Pod of the workflow is created. */
  create(workflow: number): void {
    this.#names += 1;
    const name = `p${this.#names}`;
    this.steps.set(name, { workflow, name, phase: "Pending", marks: false, isEdited: false, isSeen: false });
    this.#note();
  }

  /** A Pod gets a node, where it has a claim that does not go; one that runs ends. */
  advance(which: number): void {
    const step = this.#pick(which);
    if (step === undefined) return;
    const claim = this.claims.get(claimOf(step));
    if (step.phase === "Running") step.phase = "Succeeded";
    else if (step.phase === "Pending" && claim?.isEnding === false) step.phase = "Running";
    this.#note();
  }

  /** All Pods of a workflow that run end. */
  finish(workflow: number): void {
    for (const step of this.steps.values())
      if (step.workflow === workflow && step.phase === "Running") step.phase = "Succeeded";
    this.#note();
  }

  /** The creator says that it is the end. */
  mark(which: number): void {
    const step = this.#pick(which);
    if (step === undefined) return;
    step.marks = true;
    // The word of a Pod of which nobody knows the workflow counts for none.
    if (!step.isEdited) this.#marked.add(step.workflow);
  }

  /** Somebody changes the annotations of a Pod that runs. */
  edit(which: number): void {
    const step = this.#pick(which);
    if (step?.phase === "Running") step.isEdited = true;
  }

  /** A Pod is deleted. One that no controller ever looked at leaves no trace that anybody could go by. */
  remove(which: number): void {
    const step = this.#pick(which);
    if (step?.isSeen !== true) return;
    this.steps.delete(step.name);
    this.#note();
    this.#protect();
  }

  elapse(ms: number): void {
    this.#note();
    this.#now += ms;
    this.#note();
  }

  /** The watch catches up. */
  show(): void {
    const steps = [...this.steps.values()];
    this.#shown = {
      steps,
      pods: steps.map(objectOf),
      claims: [...this.claims.values()].map(({ object, isEnding }) => ({
        ...object,
        metadata: { ...object.metadata, ...(isEnding ? { deletionTimestamp: "2026-01-02T04:00:00Z" } : {}) },
      })),
    };
  }

  /** The controller passes once, with these mishaps. */
  async work(mishaps: readonly Mishap[] = []): Promise<number> {
    this.#mishaps = [...mishaps];
    this.#callsNow = 0;
    this.#mandate = new AbortController();
    const { restMs } = await this.#controller.pass();
    if (this.#isDead) this.die();
    return restMs;
  }

  /** Another controller begins, which knows nothing. */
  die(): void {
    this.#isDead = false;
    this.#shown = undefined;
    this.#controller = this.#begin();
  }

  #begin() {
    return createWorkspacePasses({
      place: this.#place(),
      situation: () => {
        const shown = this.#shown;
        if (shown === undefined) return undefined;
        for (const step of shown.steps) step.isSeen = true;
        return {
          pods: shown.pods.flatMap((pod) => readWorkflowPod(pod) ?? []),
          claims: shown.claims.flatMap((claim) => readWorkspaceClaim(claim) ?? []),
          foreign: new Set(),
        };
      },
      termsFor: () => ({
        size: "1Gi",
        storageClass: "",
        accessMode: "ReadWriteOnce",
        ttlAfterFinished: "10m",
      }),
      mandate: () => this.#mandate.signal,
      clock: { now: () => this.#now, steady: () => this.#now, after: () => ({ cancel: () => undefined }) },
      observer: {
        seen: () => undefined,
        created: () => undefined,
        removed: () => undefined,
        problem: () => undefined,
        defect: (error) => this.wrongs.push(String(error)),
      },
    });
  }

  #place(): ClaimPlace {
    return {
      create: (claim) =>
        this.#call("create", () => {
          const key = `${claim.metadata.namespace}/${claim.metadata.name}`;
          const there = this.claims.get(key);
          if (there !== undefined) return { outcome: "exists" as const, claim: there.object };
          const kept = { object: stored({ ...claim }), isEnding: false };
          this.claims.set(key, kept);
          return { outcome: "created" as const, claim: kept.object };
        }),
      remove: ({ namespace, name, uid }) =>
        this.#call("remove", () => {
          const kept = this.claims.get(`${namespace}/${name}`);
          if (kept?.object.metadata.uid !== uid) return "changed" as const;
          this.#judgeRemoval(`${namespace}/${name}`);
          kept.isEnding = true;
          this.#protect();
          return "deleted" as const;
        }),
      podsOf: ({ namespace, name }) =>
        this.#call("pods", () =>
          [...this.steps.values()].filter((step) => claimOf(step) === `${namespace}/${name}`).map(objectOf),
        ),
      warningAbout: () => this.#call("events", () => undefined),
      tell: () => undefined,
    };
  }

  async #call<Answer>(what: string, effect: () => Answer): Promise<Answer> {
    if (this.#mandate.signal.aborted) this.wrongs.push(`${what} was begun when another replica might act`);
    await Promise.resolve();
    // Nothing arrives of whoever is dead.
    if (this.#isDead) throw new ClusterError("the controller is dead");
    const mishap = this.#mishaps.find(({ call }) => call === this.#callsNow);
    this.#callsNow += 1;
    this.calls.push(what);
    if (mishap?.loses === true) this.#mandate.abort();
    if (mishap === undefined || mishap.loses === true) return effect();
    if (mishap.arrives) effect();
    if (mishap.kills) this.#isDead = true;
    throw new ClusterError("the connection was cut");
  }

  #judgeRemoval(key: string): void {
    const workflow = Number(/podpecker-w(\d+)-/.exec(key)?.[1]);
    const running = [...this.steps.values()].filter(
      (step) => step.workflow === workflow && step.phase !== "Succeeded",
    );
    if (running.length > 0) this.wrongs.push(`${key} was removed while ${running.length} Pods had it`);
    const quietMs = this.#now - (this.#quietSince.get(workflow) ?? 0);
    if (quietMs < TTL_MS && !this.#marked.has(workflow))
      this.wrongs.push(`${key} was removed after ${quietMs} ms`);
  }

  /** A claim that was deleted goes when no Pod that has a node mounts it; Pods that are over count, too. */
  #protect(): void {
    const held = new Set([...this.steps.values()].filter(({ phase }) => phase !== "Pending").map(claimOf));
    for (const [key, { isEnding }] of this.claims) if (isEnding && !held.has(key)) this.claims.delete(key);
  }

  #note(): void {
    for (const { workflow, phase } of this.steps.values())
      if (phase !== "Succeeded") this.#quietSince.set(workflow, this.#now);
  }

  #pick(which: number): Step | undefined {
    const all = [...this.steps.values()];
    return all[which % Math.max(1, all.length)];
  }

  /** All workflows come to their end: whatever is left must be gone after a while. */
  async end(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      for (const step of this.steps.values()) this.#goOn(step);
      this.#note();
      this.#protect();
      this.show();
      await this.work();
      this.elapse(TTL_MS / 2);
    }
    expect([...this.steps.keys()], "Pods that never got their claim").toEqual([]);
    expect([...this.claims.keys()], "claims that are left").toEqual([]);
  }

  #goOn(step: Step): void {
    // One that no controller ever looked at stays until it was.
    if (step.phase === "Succeeded" && step.isSeen) this.steps.delete(step.name);
    else if (step.phase === "Running") step.phase = "Succeeded";
    else if (this.claims.get(claimOf(step))?.isEnding === false) step.phase = "Running";
  }
}

const idOf = (workflow: number): string => `w${workflow}`;

const objectOf = ({ workflow, name, phase, marks, isEdited }: Step): object =>
  workflowPodObject({
    name,
    workflow: idOf(workflow),
    phase,
    ...(phase === "Pending" ? {} : { nodeName: "node" }),
    annotations: {
      ...(marks ? { "podpecker.dev/workflow-finished": "true" } : {}),
      ...(isEdited ? { "podpecker.dev/workflow": "other" } : {}),
    },
  });

const claimOf = ({ workflow }: Step): string => `ci/${workspaceClaimName(idOf(workflow))}`;
