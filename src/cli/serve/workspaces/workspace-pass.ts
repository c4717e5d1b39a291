import {
  type Action,
  nothingRemembered,
  planWorkspaces,
  type Situation,
  type Waiting,
} from "../../../workspace/plan-workspaces.ts";
import { readWorkflowPod, type WorkflowPod } from "../../../workspace/workflow-pod.ts";
import { claimFor, readWorkspaceClaim, type WorkspaceClaim } from "../../../workspace/workspace-claim.ts";
import { type WorkspaceTerms } from "../../../engine/workspace-terms.ts";
import { mendable } from "../../mendable.ts";
import { type Clock } from "../clock.ts";
import { type PassOutcome } from "../repeat-passes.ts";
import { type ClaimPlace } from "./claim-place.ts";
import { inParallel } from "./in-parallel.ts";
import { createPauses } from "./pauses.ts";
import { createRecentWrites } from "./recent-writes.ts";
import { toldOf, type WorkspaceProblem } from "./told-workspaces.ts";

// An API server takes more, but is not there for this alone.
const AT_ONCE = 8;
const SOON = { firstMs: 1_000, mostMs: 60_000 };
const LATER = { firstMs: 30_000, mostMs: 600_000 };

/** Where claims are made, what is known, and who may act. */
export interface WorkspaceParts {
  readonly place: ClaimPlace;
  /** What the watches show; nothing until they have shown all. */
  readonly situation: () => Situation | undefined;
  /** What a Pod's claim is to be like; nothing where no policy in force gives it one. */
  readonly termsFor: (pod: WorkflowPod) => WorkspaceTerms | undefined;
  /** Nothing while another replica acts; aborted when this one may no more. */
  readonly mandate: () => AbortSignal | undefined;
  readonly clock: Clock;
  readonly observer: WorkspaceObserver;
}

/** Who hears of what becomes of claims. */
export interface WorkspaceObserver {
  readonly seen: (situation: Situation) => void;
  readonly created: (claim: WorkspaceClaim) => void;
  readonly removed: (claim: WorkspaceClaim) => void;
  readonly problem: (problem: WorkspaceProblem, claim: WorkspaceName, detail: string) => void;
  readonly defect: (error: unknown) => void;
}

/** Which workspace is spoken of. */
export interface WorkspaceName {
  readonly namespace: string;
  readonly name: string;
}

/** Passes over all workspaces. */
export interface WorkspacePasses {
  /** Looks at all of them once, and does what is to be done. What fails is told and tried again; only defects reject. */
  readonly pass: () => Promise<PassOutcome>;
  /** Policies are others now: what was refused may be granted. */
  readonly reconsider: () => void;
}

/** Makes the passes of one replica. One that may not act remembers all the same, so that it can go on where the other ended. */
export function createWorkspacePasses(parts: WorkspaceParts): WorkspacePasses {
  const { clock, observer } = parts;
  const pauses = createPauses(clock);
  const writes = createRecentWrites(clock);
  let remembered = nothingRemembered;

  const perform = createPerformer(parts, {
    writes,
    pause: (action) => {
      pauses.begin(nameOf(action), action.what === "explain" ? LATER : SOON);
    },
  });
  const pass = async (): Promise<PassOutcome> => {
    const shown = parts.situation();
    if (shown === undefined) return { was: "calm", restMs: Infinity };
    const situation = writes.over(shown);
    const plan = planWorkspaces(situation, remembered, clock.steady());
    remembered = plan.remembered;
    observer.seen(situation);
    pauses.keep(new Set(plan.actions.map(nameOf)));
    const mandate = parts.mandate();
    if (mandate === undefined) return { was: "calm", restMs: plan.restMs };
    const due = plan.actions.filter((action) => pauses.isOver(nameOf(action)));
    await inParallel(due, AT_ONCE, (action) => perform(action, mandate));
    return { was: "calm", restMs: Math.max(0, Math.min(plan.restMs, pauses.nextMs(), writes.nextMs())) };
  };
  return { pass, reconsider: pauses.clear };
}

const nameOf = ({ what, key }: Action): string => `${what} ${key}`;

interface Doing {
  readonly writes: ReturnType<typeof createRecentWrites>;
  readonly pause: (action: Action) => void;
}

/** Makes the function that does one thing; it never rejects, and does nothing once the mandate is over. */
function createPerformer(parts: WorkspaceParts, { writes, pause }: Doing) {
  const { place, observer } = parts;
  const tell = (pods: Waiting, problem: WorkspaceProblem, detail = ""): void => {
    const [{ namespace, claim }] = pods;
    for (const pod of pods) place.tell(pod, toldOf(problem, claim, detail));
    observer.problem(problem, { namespace, name: claim }, detail);
  };

  const create = async (action: Action & { what: "create" }, mandate: AbortSignal): Promise<void> => {
    const [first] = action.pods;
    const terms = parts.termsFor(first);
    if (terms === undefined) {
      tell(action.pods, "not-granted");
      pause(action);
      return;
    }
    const made = await place.create(claimFor(first, terms), mandate);
    const claim = readWorkspaceClaim(made?.claim);
    if (claim !== undefined) {
      // One that goes already is nothing to wait for: another one is made when it is gone.
      if (claim.isEnding) pause(action);
      else writes.created(claim);
      if (made?.outcome === "created") observer.created(claim);
      return;
    }
    if (made !== undefined) tell(action.pods, "foreign");
    pause(action);
  };

  const remove = async (action: Action & { what: "remove" }, mandate: AbortSignal): Promise<void> => {
    const { claim, over } = action;
    // The watch may be behind, by much where it was cut: what is removed now cannot be brought back.
    const pods = (await place.podsOf(claim, mandate)).map(readWorkflowPod);
    const isUsed = pods.some((pod) => pod !== undefined && (!pod.isOver || over?.has(pod.uid) === false));
    if (isUsed || isOver(mandate) || (await place.remove(claim, mandate)) === "changed") {
      pause(action);
      return;
    }
    writes.deleted(claim);
    observer.removed(claim);
  };

  const explain = async (action: Action & { what: "explain" }, mandate: AbortSignal): Promise<void> => {
    const warning = await place.warningAbout(action.claim, mandate);
    if (warning !== undefined) tell(action.pods, "unprovisioned", warning);
    pause(action);
  };

  const act = async (action: Action, mandate: AbortSignal): Promise<void> => {
    switch (action.what) {
      case "create":
        return create(action, mandate);
      case "remove":
        return remove(action, mandate);
      case "explain":
        return explain(action, mandate);
      case "tell":
        tell(action.pods, action.why);
        pause(action);
    }
  };

  return async (action: Action, mandate: AbortSignal): Promise<void> => {
    if (isOver(mandate)) return;
    try {
      await act(action, mandate);
    } catch (error) {
      pause(action);
      // What was being done is the business of who acts next.
      if (isOver(mandate)) return;
      const sentences = mendable(error);
      if (sentences === undefined) observer.defect(error);
      else if (action.what === "create") tell(action.pods, "refused", sentences.join("; "));
      else observer.problem("refused", workspaceOf(action), sentences.join("; "));
    }
  };
}

// A call, as it may be another answer each time.
const isOver = ({ aborted }: AbortSignal): boolean => aborted;

function workspaceOf(action: Action): WorkspaceName {
  if ("claim" in action) return action.claim;
  const [{ namespace, claim }] = action.pods;
  return { namespace, name: claim };
}
