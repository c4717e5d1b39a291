/** How something stands, the gravest first; `unknown` is what could not be looked at. */
export const STATES = ["failed", "unknown", "warning", "ok"] as const;
export type State = (typeof STATES)[number];

/** What a check found about one thing. */
export interface Verdict {
  readonly about: string;
  readonly state: State;
  /** Reads on after `about`. */
  readonly says: string;
  /** What an administrator would do, where there is something to be done. */
  readonly remedy?: string;
  /** Lines for a shell that do it, or show more. */
  readonly commands?: readonly string[];
}

/** What to do, in words and, where there is one, as commands to copy. */
export type Remedy = readonly [words: string, ...commands: string[]];

/** All is well. */
export const ok = (about: string, says: string): Verdict => ({ about, state: "ok", says });

/** It works, and somebody should have a look. */
export const warning = told("warning");

/** It does not work as it is. */
export const failed = told("failed");

/** It could not be looked at. */
export const unknown = told("unknown");

function told(state: State): (about: string, says: string, remedy: Remedy) => Verdict {
  return (about, says, [remedy, ...commands]) => ({
    about,
    state,
    says,
    remedy,
    ...(commands.length === 0 ? {} : { commands }),
  });
}
