import { type AuditReport } from "../../../audit/audit-report.ts";
import { type FailOn } from "../fail-on.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { text } from "./text.ts";

/** What is printed about an audit, by the name that `--output` has for it. */
export const outputs = { text, json, markdown, junit } as const satisfies Readonly<
  Record<string, (report: AuditReport, failOn: FailOn) => string>
>;

export type OutputName = keyof typeof outputs;
