import { type KnownPod, type WorkflowPod } from "./workflow-pod.ts";
import { type WorkspaceClaim } from "./workspace-claim.ts";

/** How long a claim may have no volume before the Pods that wait for it are told why. */
export const PENDING_MS = 30_000;

/** What is in the cluster. */
export interface Situation {
  readonly pods: readonly WorkflowPod[];
  readonly claims: readonly WorkspaceClaim[];
  /** Claims of somebody else that have such a name, by `keyOf`. */
  readonly foreign: ReadonlySet<string>;
}

/** What cannot be seen in the cluster: since when something is so, by the claim's uid, on a clock that never jumps. */
export interface Remembered {
  readonly idle: ReadonlyMap<string, Idleness>;
  readonly pendingSince: ReadonlyMap<string, number>;
  /** Claims of workflows that were said to be over, by Pods that may be gone. */
  readonly marked: ReadonlySet<string>;
}

/** Since when no Pod that runs, or is still to run, has the claim; and those that had it, by uid: one that was never seen to
 * run is a sign of life, too. */
export interface Idleness {
  readonly since: number;
  readonly pods: ReadonlySet<string>;
}

/** One thing to be done about one workflow. */
export type Action =
  | { readonly what: "create"; readonly key: string; readonly pods: Some<KnownPod> }
  | {
      readonly what: "remove";
      readonly key: string;
      readonly claim: WorkspaceClaim;
      /** The Pods that have been over for so long, by uid: any other is a sign of life. Nothing where one of them said that
       * this is the end. */
      readonly over?: ReadonlySet<string>;
    }
  /** The claim is somebody else's, or it goes: Pods that wait for it are told. */
  | {
      readonly what: "tell";
      readonly key: string;
      readonly pods: Waiting;
      readonly why: "foreign" | "ending";
    }
  /** The claim has had no volume for long: whoever makes volumes may have said why. */
  | {
      readonly what: "explain";
      readonly key: string;
      readonly pods: Waiting;
      readonly claim: WorkspaceClaim;
    };

/** At least one. */
type Some<Item> = readonly [Item, ...Item[]];

/** At least one Pod. */
export type Waiting = Some<WorkflowPod>;

/** What is to be done now, what to remember, and when to look again where nothing changes until then. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly remembered: Remembered;
  readonly restMs: number;
}

export const nothingRemembered: Remembered = {
  idle: new Map(),
  pendingSince: new Map(),
  marked: new Set(),
};

/** Which claim is meant, among all namespaces. */
export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** Plans what becomes of workspaces: a claim is there from the first Pod of a workflow on until all of its Pods have been
 * over, or gone, for as long as the claim says, or until one of them said that this is the end. */
export function planWorkspaces(situation: Situation, before: Remembered, now: number): Plan {
  const podsOf = grouped(situation.pods);
  const outlooks = situation.claims.map((claim) =>
    lookAt(claim, podsOf.get(keyOf(claim)) ?? [], { before, now }),
  );
  const served = new Set(situation.claims.map(keyOf));
  const unserved = [...podsOf].filter(([key]) => !served.has(key));
  return {
    actions: [
      ...outlooks.flatMap(({ actions }) => actions),
      ...unserved.flatMap(([key, pods]) => begin(key, pods, situation.foreign)),
    ],
    remembered: {
      idle: new Map(outlooks.flatMap(({ uid, idle }) => pair(uid, idle))),
      pendingSince: new Map(outlooks.flatMap(({ uid, pendingSince }) => pair(uid, pendingSince))),
      marked: new Set(outlooks.flatMap(({ uid, isMarked }) => (isMarked ? [uid] : []))),
    },
    restMs: Math.min(Infinity, ...outlooks.map(({ restMs }) => restMs)),
  };
}

/** What is seen of one claim. */
interface Outlook {
  readonly uid: string;
  readonly idle?: Idleness;
  readonly pendingSince?: number;
  readonly isMarked: boolean;
  readonly actions: readonly Action[];
  readonly restMs: number;
}

interface Moment {
  readonly before: Remembered;
  readonly now: number;
}

function lookAt(claim: WorkspaceClaim, pods: readonly WorkflowPod[], moment: Moment): Outlook {
  const { uid } = claim;
  const isMarked = moment.before.marked.has(uid) || pods.some(({ marksEnd }) => marksEnd);
  const running = pods.filter(({ isOver }) => !isOver);
  const waiting = running.filter(({ isPlaced }) => !isPlaced);
  const calm = { uid, isMarked, actions: [], restMs: Infinity };
  if (claim.isEnding)
    return isSome(waiting)
      ? { ...calm, actions: [{ what: "tell", key: keyOf(claim), pods: waiting, why: "ending" }] }
      : calm;
  if (running.length === 0) return { uid, isMarked, ...whileIdle({ claim, pods, isMarked }, moment) };
  return claim.isPending && isSome(waiting) ? { ...calm, ...whilePending(claim, waiting, moment) } : calm;
}

function whileIdle(
  { claim, pods, isMarked }: { claim: WorkspaceClaim; pods: readonly WorkflowPod[]; isMarked: boolean },
  { before, now }: Moment,
): Pick<Outlook, "idle" | "actions" | "restMs"> {
  const known = before.idle.get(claim.uid);
  const isQuiet = known !== undefined && pods.every(({ uid }) => known.pods.has(uid));
  const idle = { since: isQuiet ? known.since : now, pods: new Set(pods.map(({ uid }) => uid)) };
  const restMs = isMarked ? 0 : idle.since + claim.ttlMs - now;
  return restMs > 0
    ? { idle, actions: [], restMs }
    : { idle, actions: [removal(claim, isMarked ? undefined : idle.pods)], restMs: Infinity };
}

const removal = (claim: WorkspaceClaim, over: Idleness["pods"] | undefined): Action => ({
  what: "remove",
  key: keyOf(claim),
  claim,
  ...(over === undefined ? {} : { over }),
});

function whilePending(
  claim: WorkspaceClaim,
  pods: Waiting,
  { before, now }: Moment,
): Pick<Outlook, "pendingSince" | "actions" | "restMs"> {
  const pendingSince = before.pendingSince.get(claim.uid) ?? now;
  const restMs = pendingSince + PENDING_MS - now;
  return restMs > 0
    ? { pendingSince, actions: [], restMs }
    : { pendingSince, actions: [{ what: "explain", key: keyOf(claim), pods, claim }], restMs: Infinity };
}

/** A workflow without a claim. */
function begin(key: string, pods: readonly WorkflowPod[], foreign: ReadonlySet<string>): Action[] {
  // No claim is made for a Pod of which nobody knows the workflow.
  const running = pods.filter(isKnown).filter(({ isOver }) => !isOver);
  if (!isSome(running)) return [];
  return foreign.has(key)
    ? [{ what: "tell", key, pods: running, why: "foreign" }]
    : [{ what: "create", key, pods: running }];
}

function grouped(pods: readonly WorkflowPod[]): ReadonlyMap<string, readonly WorkflowPod[]> {
  const groups = new Map<string, WorkflowPod[]>();
  for (const pod of pods) {
    const key = keyOf({ namespace: pod.namespace, name: pod.claim });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return groups;
}

const isKnown = (pod: WorkflowPod): pod is KnownPod => pod.workflow !== undefined;

const isSome = <Item>(items: readonly Item[]): items is Some<Item> => items.length > 0;

const pair = <Value>(uid: string, value: Value | undefined): [string, Value][] =>
  value === undefined ? [] : [[uid, value]];
