import { type Ending, endings } from "../../policy/expiry.ts";
import { type Policy } from "../../policy/policy.ts";
import { type Clock, type Timer } from "./clock.ts";

/** Follows the policies in force to their ends. */
export interface PolicyExpiry {
  /** To be called with the policies in force whenever they change. */
  readonly follow: (policies: readonly Policy[]) => void;
  readonly close: () => void;
}

/** Who hears of ends. */
export interface ExpiryObserver {
  /** A policy ended that was followed. Once for each. */
  readonly policyEnded: (ending: Ending) => void;
  /** The policies, or which of them have ended, are others than before. */
  readonly policiesStanding: (policies: readonly Policy[], now: number) => void;
}

// Clocks may be set, and a timer cannot be longer than some weeks.
const LONGEST_MS = 60 * 60 * 1000;

/** Waits for the ends of policies. Reviews look at the time themselves: nothing depends on this but what is told. */
export function followExpiry(clock: Clock, observer: ExpiryObserver): PolicyExpiry {
  let policies: readonly Policy[] = [];
  let ahead: readonly Ending[] = [];
  let timer: Timer | undefined;
  const look = (): void => {
    const now = clock.now();
    const over = ahead.filter(({ end }) => end <= now);
    for (const ending of over) observer.policyEnded(ending);
    if (over.length > 0) observer.policiesStanding(policies, now);
    ahead = ahead.filter(({ end }) => end > now);
    const [next] = ahead;
    timer?.cancel();
    timer = next === undefined ? undefined : clock.after(Math.min(next.end - now, LONGEST_MS), look);
  };
  return {
    follow: (changed) => {
      // What ended just before the change is told, too.
      look();
      policies = changed;
      const now = clock.now();
      ahead = endings(policies).filter(({ end }) => end > now);
      observer.policiesStanding(policies, now);
      look();
    },
    close: () => timer?.cancel(),
  };
}
