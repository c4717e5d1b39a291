import { harmless } from "../../../text/quote.ts";
import { wrap } from "../../review/wrap.ts";
import { isColoured, lineWidth, paint } from "../../terminal.ts";
import { type CoverageReport } from "../test-report.ts";

type PolicyReport = CoverageReport["policies"][number];

/** How many rules the cases touch, and which they do not. */
export function tellCoverage(coverage: CoverageReport, listsUntouched: boolean): string[] {
  const lines = wrap(summary(coverage, listsUntouched), lineWidth());
  const told = isEnough(coverage) || !isColoured() ? lines : lines.map((line) => paint("red", line));
  return [...told, ...(listsUntouched ? coverage.policies.flatMap(listUntouched) : [])];
}

const isEnough = ({ percent, minimum = 0 }: CoverageReport): boolean => percent >= minimum;

function summary(coverage: CoverageReport, listsUntouched: boolean): string {
  const { percent, rules, touched, minimum } = coverage;
  const hint = touched === rules || listsUntouched ? "" : "; --coverage lists the others";
  const demand = isEnough(coverage) ? "" : `, fewer than the ${minimum} % of --min-coverage`;
  return `${touched} of ${rules} rules touched (${percent} %)${demand}${hint}`;
}

function listUntouched({ name, file, matched, untouched }: PolicyReport): string[] {
  if (!matched) return ["", ...wrap(harmless(`${file}: no case is for the policy ${name}`), lineWidth())];
  if (untouched.length === 0) return [];
  return [
    "",
    ...wrap(harmless(`${file}: no case touches`), lineWidth()),
    ...untouched.map((rule) => `  ${harmless(rule)}`),
  ];
}
