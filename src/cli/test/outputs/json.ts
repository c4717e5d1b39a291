import { type TestReport } from "../test-report.ts";

/** All that was found out, as `podpecker schema test-report` describes it. */
export const json = (report: TestReport): string => `${JSON.stringify(report, undefined, 2)}\n`;
