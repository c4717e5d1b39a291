import { type AuditReport, type ReportedVerb, type Totals } from "../../../audit/audit-report.ts";

/** What is counted of Pods, and how it reads on after the number. */
export type Counted = readonly (readonly [keyof Totals, string])[];

/** What becomes of Pods; of each exactly one of these. */
export const FATES: Counted = [
  ["denied", "would be denied"],
  ["changed", "would be changed"],
  ["unchanged", "would run as they are"],
  ["untouched", "no policy is for them"],
];

/** What else is to be said of those that would run. */
export const OF_THOSE: Counted = [
  ["refused", "without something that was asked"],
  ["clamped", "with something brought within what is allowed"],
];

/** What a rule does to Pods. */
export const DOES: Readonly<Record<ReportedVerb, string>> = {
  denied: "would be denied",
  refused: "would run without something",
  clamped: "would be brought within bounds",
  changed: "would be changed",
  granted: "would get what was asked",
};

export const podsOf = (count: number): string => (count === 1 ? "1 Pod" : `${count} Pods`);

/** What a policy of the report is called. */
export const titleOf = (policy: string): string => (policy === "" ? "any policy" : policy);

/** Those who would be told, and do not know it. */
export function outsideOf({ outside }: AuditReport): string | undefined {
  if (outside === undefined || outside.pods === 0) return undefined;
  const where = outside.namespaces.join(", ");
  return `${podsOf(outside.pods)} of those that a policy is for stand where the webhook is not called as things are: ${where}`;
}
