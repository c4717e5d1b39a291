import { type Verdict } from "#src/cli/doctor/verdict.ts";

/** Verdicts as `state about: says`. */
export const brief = (verdicts: readonly Verdict[]): string[] =>
  verdicts.map(({ state, about, says }) => `${state} ${about}: ${says}`);

/** All there is to do, words and commands. */
export const remedies = (verdicts: readonly Verdict[]): string =>
  verdicts.flatMap(({ remedy = "", commands = [] }) => [remedy, ...commands]).join("\n");
