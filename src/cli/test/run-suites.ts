import { decide } from "../../admission/decide.ts";
import { type Decision } from "../../admission/decision.ts";
import { enforced } from "../../audit/enforced.ts";
import { type Failure } from "./failure.ts";
import { judgeCase } from "./judge-case.ts";
import { type TestCase, type TestSuite } from "./test-suite.ts";

/** A case and what became of it. */
export interface CaseResult {
  readonly case: TestCase;
  readonly decision: Decision;
  readonly failures: readonly Failure[];
}

/** The cases of a file that were run. */
export interface SuiteResult {
  readonly suite: TestSuite;
  readonly results: readonly CaseResult[];
}

/** Decides about the Pod of each case and compares; the first failure is the last case where one is enough. */
export function runSuites(
  suites: readonly TestSuite[],
  { isBailing }: { readonly isBailing: boolean },
): SuiteResult[] {
  const run: SuiteResult[] = [];
  for (const suite of suites) {
    const results = runCases(suite, isBailing);
    run.push({ suite, results });
    if (isBailing && results.some(hasFailed)) break;
  }
  return run;
}

/** Whether anything is not as the case expects. */
export const hasFailed = ({ failures }: CaseResult): boolean => failures.length > 0;

function runCases({ policies, cases }: TestSuite, isBailing: boolean): CaseResult[] {
  const results: CaseResult[] = [];
  for (const one of cases) {
    // A policy in audit mode is tested by what it will do.
    const decision = enforced(decide(one.pod, one.facts, policies));
    const result = { case: one, decision, failures: judgeCase(one.expect, one.pod, decision) };
    results.push(result);
    if (isBailing && hasFailed(result)) break;
  }
  return results;
}
