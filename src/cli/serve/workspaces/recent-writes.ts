import { keyOf, type Situation } from "../../../workspace/plan-workspaces.ts";
import { type WorkspaceClaim } from "../../../workspace/workspace-claim.ts";
import { type Clock } from "../clock.ts";

// A watch is behind by much less; of a claim that never shows itself another one took it away at once.
const FORGET_MS = 60_000;

/** What was written and the watch may not have shown yet: without it, it would be written again. */
export interface RecentWrites {
  readonly created: (claim: WorkspaceClaim) => void;
  readonly deleted: (claim: WorkspaceClaim) => void;
  /** What the watch shows, with what was written since. */
  readonly over: (situation: Situation) => Situation;
  /** When the first of them is forgotten, from now: what the watch shows may ask for something then. */
  readonly nextMs: () => number;
}

/** Makes a memory of nothing written yet. */
export function createRecentWrites(clock: Clock): RecentWrites {
  const created = new Map<string, { readonly claim: WorkspaceClaim; readonly at: number }>();
  const deleted = new Set<string>();
  return {
    created: (claim) => {
      created.set(keyOf(claim), { claim, at: clock.steady() });
    },
    deleted: ({ uid }) => {
      deleted.add(uid);
    },
    nextMs: () =>
      Math.min(Infinity, ...[...created.values()].map(({ at }) => at + FORGET_MS)) - clock.steady(),
    over: ({ claims, ...situation }) => {
      const shown = new Set(claims.map(keyOf));
      for (const [key, { at }] of created)
        if (shown.has(key) || clock.steady() >= at + FORGET_MS) created.delete(key);
      const all = [...claims, ...[...created.values()].map(({ claim }) => claim)];
      const uids = new Set(all.map(({ uid }) => uid));
      for (const uid of deleted) if (!uids.has(uid)) deleted.delete(uid);
      return {
        ...situation,
        claims: all.map((claim) => (deleted.has(claim.uid) ? { ...claim, isEnding: true } : claim)),
      };
    },
  };
}
