import { type AuditReport, REPORTED_VERBS, type ReportedVerb } from "../../audit/audit-report.ts";

/** What makes an audit fail, and all that is graver. */
export const FAIL_ON = ["none", "denied", "refused", "clamped", "changed"] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The verbs of which none may be in a report. What a step is granted changes its Pod, too. */
export function failingVerbs(failOn: FailOn): ReadonlySet<ReportedVerb> {
  if (failOn === "none") return new Set();
  if (failOn === "changed") return new Set(REPORTED_VERBS);
  return new Set(REPORTED_VERBS.slice(0, REPORTED_VERBS.indexOf(failOn) + 1));
}

/** Whether there is any of them. */
export function isFailed({ policies }: AuditReport, failOn: FailOn): boolean {
  const failing = failingVerbs(failOn);
  return policies.some(({ rules }) => rules.some(({ verb }) => failing.has(verb)));
}
