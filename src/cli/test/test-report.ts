import { z } from "zod";

import { SEVERITIES } from "../../engine/finding.ts";
import { OUTCOMES } from "./expectation.ts";

const Failure = z.strictObject({
  about: z.string().describe("Which expectation: `outcome`, `fields.spec.nodeSelector`."),
  expected: z.string(),
  actual: z.string(),
  rule: z.string().optional().describe("The rule by which it is as it is."),
  message: z.string().describe("All of it as one sentence."),
});

const Finding = z.strictObject({
  code: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string().describe("The whole finding as a sentence."),
  rule: z.string().optional(),
});

const CaseReport = z.strictObject({
  name: z.string(),
  line: z.number().describe("Where it stands in its file."),
  column: z.number(),
  passed: z.boolean(),
  outcome: z.enum(OUTCOMES),
  policies: z.array(z.string()).describe("The policies that are for the Pod, in ascending priority."),
  failures: z.array(Failure),
  findings: z.array(Finding).describe("What the decision told, whether it was expected or not."),
});
export type CaseReport = z.infer<typeof CaseReport>;

const SuiteReport = z.strictObject({
  file: z.string(),
  policies: z.array(z.string()).describe("The policies that its cases are decided by."),
  cases: z.array(CaseReport),
});
export type SuiteReport = z.infer<typeof SuiteReport>;

const CoverageReport = z.strictObject({
  percent: z.number().describe("Of the rules, rounded down: 100 is all of them."),
  rules: z.number(),
  touched: z.number().describe("Rules that a decision names, for what it wrote, found right or told."),
  minimum: z.number().optional().describe("What `--min-coverage` demands."),
  policies: z.array(
    z.strictObject({
      name: z.string(),
      file: z.string(),
      matched: z.boolean().describe("Whether it is for the Pod of any case."),
      rules: z.number(),
      untouched: z.array(z.string()).describe("Rules that no case touches."),
    }),
  ),
});
export type CoverageReport = z.infer<typeof CoverageReport>;

/** What `podpecker test` found out, as its outputs print it. */
export const TestReport = z.strictObject({
  passed: z.boolean().describe("Whether every case passed, and as many rules are touched as are demanded."),
  total: z.number().describe("How many cases there are."),
  failed: z.number(),
  notRun: z.number().describe("Cases that `--bail` left out."),
  suites: z.array(SuiteReport),
  coverage: CoverageReport.optional().describe("Absent where not all cases were run."),
});
export type TestReport = z.infer<typeof TestReport>;
