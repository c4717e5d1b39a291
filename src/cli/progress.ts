/** Says on a terminal how far long work has come. */
export interface Progress {
  /** One thing more is done, of a whole of which `fraction` is, where that is known. Now and then it lets others have the
   * processor: without, no Ctrl-C would be heard. */
  readonly step: (fraction: () => number | undefined) => Promise<void>;
  /** Takes away what was drawn. */
  readonly end: () => void;
}

// Shorter work is done before anybody has read the bar.
const FIRST_AT = 300;
const FIRST_AFTER_MS = 300;
const REDRAW_MS = 100;
const YIELD_MS = 25;

const ERASE = "\r\u001b[K";

/** Makes a bar on standard error, drawn only where that is a terminal and the work is long. `words` say what is counted. */
export function createProgress(words: string): Progress {
  const { stderr } = process;
  const isSeen = stderr.isTTY && process.env["TERM"] !== "dumb";
  const started = performance.now();
  let count = 0;
  let yielded = started;
  let drawn: number | undefined;

  const end = (): void => {
    process.off("SIGINT", interrupt);
    if (drawn !== undefined) stderr.write(ERASE);
    drawn = undefined;
  };
  const interrupt = (): void => {
    end();
    // As if nobody had listened: a shell must see how it ended.
    process.kill(process.pid, "SIGINT");
  };
  const isDue = (now: number): boolean =>
    drawn === undefined ? count >= FIRST_AT && now - started >= FIRST_AFTER_MS : now - drawn >= REDRAW_MS;
  const draw = (now: number, fraction: number | undefined): void => {
    if (drawn === undefined) process.once("SIGINT", interrupt);
    drawn = now;
    // A terminal that does not know its width says 0.
    const columns = stderr.columns > 0 ? stderr.columns : 80;
    stderr.write(`${ERASE}${bar(`${count} ${words}`, fraction, columns)}`);
  };

  return {
    step: async (fraction) => {
      count += 1;
      const now = performance.now();
      if (now - yielded < YIELD_MS) return;
      if (isSeen && isDue(now)) draw(now, fraction());
      await new Promise(setImmediate);
      yielded = performance.now();
    },
    end,
  };
}

/** `1200 Pods [=====>    ]  52%`, in one line less a column, beyond which some terminals begin a new one. */
export function bar(words: string, fraction: number | undefined, columns: number): string {
  if (fraction === undefined) return words.slice(0, columns - 1);
  const part = Math.min(Math.max(fraction, 0), 1);
  const percent = `${String(Math.floor(part * 100)).padStart(3)}%`;
  const room = Math.min(columns - 1 - words.length - percent.length - 4, 40);
  if (room < 5) return `${words} ${percent}`.slice(0, columns - 1);
  const full = Math.floor(part * room);
  const tip = full === room ? "" : ">";
  return `${words} [${"=".repeat(full)}${tip}${" ".repeat(room - full - tip.length)}] ${percent}`;
}
