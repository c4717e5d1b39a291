import { type Outcome, type Verb } from "./outcomes.ts";

/** How often each verb came up; those that did not are left out. */
export function sumVerbs(outcomes: readonly Outcome[]): Partial<Record<Verb, number>> {
  const sums: Partial<Record<Verb, number>> = {};
  for (const { verb } of outcomes) sums[verb] = (sums[verb] ?? 0) + 1;
  return sums;
}
