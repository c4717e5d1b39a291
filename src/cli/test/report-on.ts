import { type Decision } from "../../admission/decision.ts";
import { coverageOf } from "../../audit/coverage.ts";
import { severityOf } from "../../engine/finding.ts";
import { describeFailure } from "./failure.ts";
import { outcomeOf } from "./judge-case.ts";
import { sentenceOf } from "./judge-findings.ts";
import { type CaseResult, hasFailed, type SuiteResult } from "./run-suites.ts";
import { type CaseReport, type CoverageReport, type SuiteReport, type TestReport } from "./test-report.ts";
import { type PlacedPolicy, type TestSuite } from "./test-suite.ts";

interface Scope {
  /** All that are to be tested, whether any case is about them or not; nothing where coverage would mean nothing. */
  readonly policies?: readonly PlacedPolicy[];
  readonly minimum?: number | undefined;
}

/** Sums up what came of suites. */
export function reportOn(
  suites: readonly TestSuite[],
  run: readonly SuiteResult[],
  scope: Scope,
): TestReport {
  const results = run.flatMap((one) => one.results);
  const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const failed = results.filter(hasFailed).length;
  const notRun = total - results.length;
  const coverage = notRun > 0 ? undefined : coverageReport(run, scope);
  const isEnough = coverage === undefined || coverage.percent >= (coverage.minimum ?? 0);
  return {
    passed: failed === 0 && isEnough,
    total,
    failed,
    notRun,
    suites: run.map(reportSuite),
    ...(coverage === undefined ? {} : { coverage }),
  };
}

const reportSuite = ({ suite, results }: SuiteResult): SuiteReport => ({
  file: suite.file,
  policies: suite.placed.map(({ policy }) => policy.name),
  cases: results.map(reportCase),
});

function reportCase({ case: { name, position }, decision, failures }: CaseResult): CaseReport {
  return {
    name,
    ...position,
    passed: failures.length === 0,
    outcome: outcomeOf(decision),
    policies: [...decision.policies],
    failures: failures.map(({ about, expected, actual, rule, ...others }) => ({
      about,
      expected,
      actual,
      ...(rule === undefined ? {} : { rule }),
      message: describeFailure({
        about,
        expected,
        actual,
        ...(rule === undefined ? {} : { rule }),
        ...others,
      }),
    })),
    findings: decision.findings.map((finding) => ({
      code: finding.code,
      severity: severityOf(finding),
      message: sentenceOf(finding),
      ...(finding.rule === undefined ? {} : { rule: finding.rule }),
    })),
  };
}

function coverageReport(
  run: readonly SuiteResult[],
  { policies, minimum }: Scope,
): CoverageReport | undefined {
  if (policies === undefined) return undefined;
  const covered = policies.map((one) => {
    const { isMatched, rules, untouched } = coverageOf(one.policy, decisionsAbout(one, run));
    return {
      name: one.policy.name,
      file: one.file,
      matched: isMatched,
      rules: rules.length,
      untouched: [...untouched],
    };
  });
  const rules = covered.reduce((sum, one) => sum + one.rules, 0);
  const touched = covered.reduce((sum, one) => sum + one.rules - one.untouched.length, 0);
  return {
    // Rounded down, so that only all of them are a hundred; of no rules all are touched.
    percent: rules === 0 ? 100 : Math.floor((100 * touched) / rules),
    rules,
    touched,
    ...(minimum === undefined ? {} : { minimum }),
    policies: covered,
  };
}

const decisionsAbout = ({ id }: PlacedPolicy, run: readonly SuiteResult[]): Decision[] =>
  run
    .filter(({ suite }) => suite.placed.some((one) => one.id === id))
    .flatMap(({ results }) => results.map(({ decision }) => decision));
