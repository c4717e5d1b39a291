import { type Logger } from "pino";

import { describeEnd, expiryWarnings } from "../../policy/expiry.ts";
import { describePolicyWarning, type Policy, type PolicyProblem } from "../../policy/policy.ts";
import { loadedPolicies } from "../../policy/policy-set.ts";
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
  const enforced = new Set(policies);
  const audited = loadedPolicies(stored.policies).filter((policy) => !enforced.has(policy));
  const known = new Set(warningsOf(before, now).map(describePolicyWarning));
  const sentences = warningsOf(stored, now)
    .map(describePolicyWarning)
    .filter((sentence) => !known.has(sentence))
    .slice(0, MAX_TOLD);
  const names = (some: readonly Policy[]): string[] => some.slice(0, MAX_TOLD).map(({ name }) => name);
  const beside = audited.length === 0 ? {} : { audited: names(audited) };
  logger.info(
    { policies: names(policies), count: policies.length, ...beside, warnings: sentences },
    "policies loaded",
  );
  tell(["Policies in force:", ...(policies.length === 0 ? ["none"] : described(policies, now))].join("\n  "));
  if (audited.length > 0) tell(["Audited only:", ...described(audited, now)].join("\n  "));
  for (const sentence of sentences) tell(`Warning: ${sentence}`);
}

function described(policies: readonly Policy[], now: number): string[] {
  const lines = policies.slice(0, MAX_TOLD).map((policy) => {
    const { priority = 0, match } = policy.document;
    return `${policy.name} (priority ${priority}${describeEnd(policy, now)}): ${describeMatch(match)}`;
  });
  return policies.length > MAX_TOLD ? [...lines, `and ${policies.length - MAX_TOLD} more`] : lines;
}

function warningsOf({ policies, warnings }: StoredPolicies, now: number): PolicyProblem[] {
  const ends = expiryWarnings(loadedPolicies(policies), now);
  return [...warnings, ...ends.map(({ policy, problem }) => ({ ...problem, origin: policy.name }))];
}
