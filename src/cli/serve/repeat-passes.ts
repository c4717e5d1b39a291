import { type Clock, type Timer } from "./clock.ts";

/** What a pass came to. */
export interface PassOutcome {
  /** Whether it changed something, or tried to: then there is a next pass soon. */
  readonly isBusy: boolean;
  /** When to look again although nobody says that anything changed. */
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

/** Runs a pass at once, and again when it is woken or its rest is over; never two at a time. Busy ones that follow each
 * other closely are ever further apart. */
export function repeatPasses(pass: () => Promise<PassOutcome>, clock: Clock): Passes {
  let timer: Timer | undefined;
  let isRunning = false;
  let wakes = 0;
  let isClosed = false;
  const pause = createPause(clock);

  const schedule = (ms: number): void => {
    timer?.cancel();
    timer = clock.after(Math.max(ms, pause.leftMs()), () => void run());
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    const wakesBefore = wakes;
    const { isBusy, restMs } = await pass();
    isRunning = false;
    if (isClosed) return;
    if (isBusy) pause.lengthen();
    schedule(isBusy || wakes > wakesBefore ? 0 : Math.min(restMs, LONGEST_REST_MS));
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

/** How long to wait after something busy: longer each time, until it has been calm for a while. */
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
  };
}
