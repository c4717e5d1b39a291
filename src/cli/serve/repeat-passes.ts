import { type Clock, type Timer } from "./clock.ts";

/** What a pass came to. */
export interface PassOutcome {
  /** There is a next pass soon unless there was nothing to do. */
  readonly was: "calm" | "busy" | "failed";
  /** When to look again, where it was calm and nobody says that anything changed. */
  readonly restMs: number;
}

/** Passes that are repeated until they are closed. */
export interface Passes {
  /** Something changed: a pass is due, as soon as may be. */
  readonly wake: () => void;
  readonly close: () => void;
}

const FIRST_PAUSE_MS = 100;
// Where two programs undo each other's work for ever, each of them does so no more often than this.
const LONGEST_PAUSE_MS = 10_000;
const CALM_MS = 5_000;
// Changes may be missed, and clocks may be set.
const LONGEST_REST_MS = 10 * 60 * 1000;

/** Runs a pass at once, and again when it is woken or its rest is over; never two at a time. Those that fail are ever
 * further apart, and so are busy ones that follow each other closely. */
export function repeatPasses(pass: () => Promise<PassOutcome>, clock: Clock): Passes {
  let timer: Timer | undefined;
  let isRunning = false;
  let wakes = 0;
  let isClosed = false;
  const pauses = { busy: createPause(clock), failed: createPause(clock) };

  const schedule = (ms: number): void => {
    timer?.cancel();
    timer = clock.after(Math.max(ms, pauses.busy.leftMs(), pauses.failed.leftMs()), () => void run());
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    const wakesBefore = wakes;
    const { was, restMs } = await pass();
    isRunning = false;
    if (isClosed) return;
    if (was !== "failed") pauses.failed.end();
    if (was !== "calm") pauses[was].lengthen();
    schedule(was !== "calm" || wakes > wakesBefore ? 0 : Math.min(restMs, LONGEST_REST_MS));
  };

  schedule(0);
  return {
    wake: () => {
      wakes += 1;
      if (!isRunning && !isClosed) schedule(0);
    },
    close: () => {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** How long to wait: longer each time, until there was no need to for a while. */
function createPause({ steady }: Clock) {
  let lengthMs = 0;
  let endsAt = -Infinity;
  return {
    leftMs: (): number => Math.max(0, endsAt - steady()),
    lengthen: (): void => {
      const isCalm = steady() > endsAt + CALM_MS;
      lengthMs = isCalm ? FIRST_PAUSE_MS : Math.min(2 * lengthMs, LONGEST_PAUSE_MS);
      endsAt = steady() + lengthMs;
    },
    end: (): void => {
      endsAt = -Infinity;
    },
  };
}
