import { type Backoff, backoffMs } from "../../../adapters/cluster/backoff.ts";
import { type Clock } from "../clock.ts";

/** What failed, each thing by its name, and when it is tried again. */
export interface Pauses {
  readonly isOver: (name: string) => boolean;
  /** It is tried again later, and later still each time. */
  readonly begin: (name: string, backoff: Backoff) => void;
  /** Forgets all others: they are not wanted any more, or succeeded. */
  readonly keep: (names: ReadonlySet<string>) => void;
  /** All may be tried at once: what stood in their way may be gone. */
  readonly clear: () => void;
  /** When the first one ends, from now. */
  readonly nextMs: () => number;
}

/** Makes a list of no pauses yet. */
export function createPauses(clock: Clock): Pauses {
  const known = new Map<string, { readonly failures: number; readonly until: number }>();
  return {
    isOver: (name) => clock.steady() >= (known.get(name)?.until ?? -Infinity),
    begin: (name, backoff) => {
      const failures = (known.get(name)?.failures ?? 0) + 1;
      known.set(name, { failures, until: clock.steady() + backoffMs(backoff, failures) });
    },
    keep: (names) => {
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    },
    clear: () => {
      known.clear();
    },
    nextMs: () => Math.min(Infinity, ...[...known.values()].map(({ until }) => until)) - clock.steady(),
  };
}
