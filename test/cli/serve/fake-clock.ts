import { setImmediate as turn } from "node:timers/promises";

import type { Clock } from "#src/cli/serve/clock.ts";

/** A clock that goes on only when it is told to. */
export interface FakeClock extends Clock {
  /** Lets this time go by, and every callback happen that is due in it. */
  readonly advance: (ms: number) => Promise<void>;
  /** Lets the next callback happen, and waits for nothing. */
  readonly fire: () => Promise<void>;
  /** Resolves when so many callbacks are to come, which is when as many loops are at rest. */
  readonly rest: (loops: number) => Promise<void>;
  /** When the next callback is due, from now. */
  readonly nextMs: () => number | undefined;
}

/** Makes a clock that begins at this time. */
export function createFakeClock(start: number, loops = 1): FakeClock {
  let passed = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  const rest = async (count: number): Promise<void> => {
    const patience = performance.now() + 10_000;
    while (timers.size < count && performance.now() < patience) await turn();
    // What was told to watchers arrives.
    await turn();
  };
  const next = () => [...timers].sort((one, two) => one.at - two.at).at(0);
  const fire = async (): Promise<void> => {
    const timer = next();
    if (timer === undefined) return;
    timers.delete(timer);
    passed = Math.max(passed, timer.at);
    timer.callback();
    await turn();
  };
  const advance = async (ms: number): Promise<void> => {
    const end = passed + ms;
    for (;;) {
      await rest(loops);
      const timer = next();
      if (timer === undefined || timer.at > end) break;
      await fire();
    }
    passed = end;
  };
  return {
    now: () => start + passed,
    steady: () => passed,
    after: (ms, callback) => {
      const timer = { at: passed + ms, callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance,
    fire,
    rest,
    nextMs: () => {
      const timer = next();
      return timer === undefined ? undefined : timer.at - passed;
    },
  };
}
