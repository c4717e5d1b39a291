/** What time it is, and when it will be later; all in milliseconds. */
export interface Clock {
  /** Since 1970. It may be set. */
  readonly now: () => number;
  /** Since some moment. It never jumps. */
  readonly steady: () => number;
  /** Calls back once, unless that is cancelled. */
  readonly after: (ms: number, callback: () => void) => Timer;
}

/** A callback that is still to come. */
export interface Timer {
  readonly cancel: () => void;
}

/** The clock of this machine; its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
