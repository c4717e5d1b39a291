import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

// npm passes Ctrl-C on to a child that got it from the terminal already: two signals that are one keystroke.
const ONE_KEYSTROKE_MS = 400;

/** Resolves with the first signal to stop; a second one ends the process at once, as if nobody had listened. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = performance.now();
        if (first !== undefined && now - first > ONE_KEYSTROKE_MS)
          process.exit(128 + constants.signals[signal]);
        first ??= now;
        resolve(signal);
      });
    }
  });
}
