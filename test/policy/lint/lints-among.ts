import { expiryWarnings } from "#src/policy/expiry.ts";
import { lintTogether } from "#src/policy/lint/lint-together.ts";
import { warningsAmong } from "#src/policy/namespace-warnings.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { NOW } from "#test/now.ts";

/** A lint as it is told: what it is called, and where it is and what it says. */
export interface ToldLint {
  readonly code: string | undefined;
  readonly text: string;
}

/** What is worth a word in policies that are good, called `a.yaml`, `b.yaml` and so on. */
export function lintsAmong(...texts: readonly string[]): ToldLint[] {
  const files = texts.map((text, index) => ({ path: `${"abcdefghijk"[index] ?? ""}.yaml`, text }));
  const { policies, problems, warnings, locate } = readPolicies(files, {
    namespace: "podpecker",
    promoted: [],
  });
  if (problems.length > 0) throw new Error(problems.map(describePolicyProblem).join("\n"));
  const together = [...lintTogether(policies), ...warningsAmong(policies), ...expiryWarnings(policies, NOW)];
  const located = together.map(({ policy, problem }) => locate(problem, policy));
  return [...warnings, ...located].map((warning) => ({
    code: warning.code,
    text: describePolicyProblem(warning),
  }));
}
