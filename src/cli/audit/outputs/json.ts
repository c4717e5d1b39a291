import { type AuditReport } from "../../../audit/audit-report.ts";

/** The report whole; `podpecker schema audit` prints its schema. */
export const json = (report: AuditReport): string => `${JSON.stringify(report, undefined, 2)}\n`;
