import { junit, type JUnitCase, type JUnitSuite } from "../../junit.ts";
import { type CaseReport, type CoverageReport, type TestReport } from "../test-report.ts";
import { toldBesides } from "../told-besides.ts";

/** JUnit XML, a suite for each file; what coverage lacks of what is demanded is a case that fails. */
export const junitXml = ({ suites, coverage }: TestReport): string =>
  junit("podpecker test", [
    ...suites.map(({ file, policies, cases }) => ({
      name: file,
      properties: { policies: policies.join(", ") },
      cases: cases.map(caseOf),
    })),
    ...coverageSuite(coverage),
  ]);

function caseOf(report: CaseReport): JUnitCase {
  const { name, failures } = report;
  const [first] = failures;
  if (first === undefined) return { name };
  const told = toldBesides(report).map((sentence) => `  ${sentence}`);
  const lines = [
    ...failures.map(({ message }) => message),
    ...(told.length === 0 ? [] : ["The decision told", ...told]),
  ];
  return { name, failure: { message: first.message, text: lines.join("\n") } };
}

function coverageSuite(coverage: CoverageReport | undefined): JUnitSuite[] {
  if (coverage?.minimum === undefined) return [];
  const { percent, minimum, policies } = coverage;
  const name = `cases touch ${minimum} % of the rules`;
  if (percent >= minimum) return [{ name: "coverage", cases: [{ name }] }];
  const lines = ["Rules that no case touches:", ...policies.flatMap(({ untouched }) => untouched)];
  const failure = { message: `cases touch ${percent} % of the rules`, text: lines.join("\n") };
  return [{ name: "coverage", cases: [{ name, failure }] }];
}
