import { harmless } from "../../../text/quote.ts";
import { wrap } from "../../review/wrap.ts";
import { lineWidth, paintIf } from "../../terminal.ts";
import { type CaseReport, type SuiteReport, type TestReport } from "../test-report.ts";
import { toldBesides } from "../told-besides.ts";
import { tellCoverage } from "./tell-coverage.ts";
import { type Telling } from "./telling.ts";

const LEAD = 9;
const INNER = " ".repeat(LEAD);

/** A line for each case, below it what is not so, and the sum of all. */
export function text(report: TestReport, { listsUntouched }: Telling): string {
  const coverage = report.coverage === undefined ? [] : tellCoverage(report.coverage, listsUntouched);
  return `${[...report.suites.flatMap(tellSuite), ...wrap(sum(report), lineWidth()), ...coverage].join("\n")}\n`;
}

const tellSuite = ({ file, cases }: SuiteReport): string[] => [
  ...wrap(harmless(file), lineWidth()).map((line) => paintIf("bold", line)),
  ...cases.flatMap((one) => tellCase(one, file)),
  "",
];

function tellCase(report: CaseReport, file: string): string[] {
  const { name, passed, failures, line, column } = report;
  const mark = passed ? "ok" : "FAILED";
  const [first = "", ...others] = wrap(harmless(name), lineWidth(), `  ${mark.padEnd(LEAD - 2)}`);
  const head = [`  ${paintIf(passed ? "green" : "red", mark)}${first.slice(2 + mark.length)}`, ...others];
  if (passed) return head;
  const told = toldBesides(report);
  return [
    ...head,
    ...wrap(harmless(`at ${file}:${line}:${column}`), lineWidth(), INNER),
    ...failures.flatMap(({ message }) => wrap(harmless(message), lineWidth(), `${INNER}- `)),
    ...(told.length === 0 ? [] : [`${INNER}The decision told`]),
    ...told.flatMap((sentence) => wrap(harmless(sentence), lineWidth(), `${INNER}  `)),
  ];
}

function sum({ total, failed, notRun }: TestReport): string {
  const passed = total - failed - notRun;
  const parts = [
    `${passed} passed`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(notRun === 0 ? [] : [`${notRun} not run`]),
  ];
  return `${total} ${total === 1 ? "case" : "cases"}: ${parts.join(", ")}`;
}
