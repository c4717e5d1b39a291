import { type AuditReport, type Example, type RuleReport } from "../../../audit/audit-report.ts";
import { markdownCode, markdownTable } from "../../markdown-table.ts";
import { FATES, OF_THOSE, outsideOf, podsOf, titleOf } from "./words.ts";
import { legible } from "../../review/to-yaml.ts";

/** The report for a pull request. */
export function markdown(report: AuditReport): string {
  const { pods, at, policies, notes } = report;
  const outside = outsideOf(report);
  const rules = policies.flatMap(({ policy, rules: own }) => own.map((rule) => ruleRow(policy, rule)));
  const idle = policies.filter((one) => one.pods === 0).map(({ policy }) => markdownCode(policy));
  return [
    `## Audit of ${podsOf(pods.looked)}\n`,
    markdownTable(["#Pods", "what becomes of them"], totals(report)),
    ...(rules.length === 0 ? [] : [markdownTable(RULE_COLUMNS, rules)]),
    ...(idle.length === 0 ? [] : [`For no Pod: ${idle.join(", ")}.\n`]),
    ...(outside === undefined ? [] : [`${outside}.\n`]),
    ...(notes.length === 0 ? [] : [notesOf(report)]),
    `As at ${at}.\n`,
  ].join("\n");
}

const RULE_COLUMNS = ["#Pods", "become", "by policy", "by rule", "in", "such as"];

function totals({ pods }: AuditReport): string[][] {
  const ofThose = OF_THOSE.map(([key, words]) => [key, `would run ${words}`] as const);
  return [...FATES, ...ofThose]
    .filter(([key]) => pods[key] > 0)
    .map(([key, words]) => [String(pods[key]), words]);
}

function ruleRow(
  policy: string,
  { rule, verb, pods, fields, hasMoreFields, examples }: RuleReport,
): string[] {
  const listed = [...fields.map((field) => markdownCode(legible(field))), ...(hasMoreFields ? ["…"] : [])];
  return [
    String(pods),
    verb,
    policy === "" ? titleOf(policy) : markdownCode(policy),
    markdownCode(legible(rule)),
    listed.join(", "),
    such(examples),
  ];
}

function such([first, ...others]: readonly Example[]): string {
  if (first === undefined) return "";
  const says = first.says === undefined ? "" : `: ${markdownCode(legible(first.says))}`;
  const names = others.map(({ pod }) => `, ${markdownCode(legible(pod))}`).join("");
  return says === ""
    ? `${markdownCode(legible(first.pod))}${names}`
    : `${markdownCode(legible(first.pod))}${says}`;
}

function notesOf({ notes }: AuditReport): string {
  const rows = notes.map(({ code, about, pods }) => [
    String(pods),
    markdownCode(code),
    about.replaceAll("|", "\\|"),
  ]);
  return markdownTable(["#Pods", "to be known", "which means"], rows);
}
