import { type Logger } from "pino";

import { describeEnd, expiryWarnings } from "../../policy/expiry.ts";
import { describePolicyWarning, type PolicyProblem } from "../../policy/policy.ts";
import { type StoredPolicies } from "../../policy/policy-store.ts";
import { describeMatch } from "../describe-match.ts";
import { tell } from "../terminal.ts";

// Nobody reads ten thousand lines, and each change would write them again.
const MAX_TOLD = 50;

/** Tells which policies are in force, and what is worth a word about them that was not told before. */
export function reportPolicies(
  logger: Logger,
  { stored, before, now }: { stored: StoredPolicies; before: StoredPolicies; now: number },
): void {
  const { policies } = stored.policies;
  const known = new Set(warningsOf(before, now).map(describePolicyWarning));
  const sentences = warningsOf(stored, now)
    .map(describePolicyWarning)
    .filter((sentence) => !known.has(sentence))
    .slice(0, MAX_TOLD);
  const told = policies.slice(0, MAX_TOLD);
  const names = told.map(({ name }) => name);
  logger.info({ policies: names, count: policies.length, warnings: sentences }, "policies loaded");
  const lines = told.map((policy) => {
    const { priority = 0, match } = policy.document;
    return `${policy.name} (priority ${priority}${describeEnd(policy, now)}): ${describeMatch(match)}`;
  });
  const more = policies.length > MAX_TOLD ? [`and ${policies.length - MAX_TOLD} more`] : [];
  const all = lines.length === 0 ? ["none"] : [...lines, ...more];
  tell(["Policies in force:", ...all].join("\n  "));
  for (const sentence of sentences) tell(`Warning: ${sentence}`);
}

function warningsOf({ policies: { policies }, warnings }: StoredPolicies, now: number): PolicyProblem[] {
  const ends = expiryWarnings(policies, now);
  return [...warnings, ...ends.map(({ policy, problem }) => ({ ...problem, origin: policy.name }))];
}
