import {
  type AuditReport,
  type Example,
  type PolicyReport,
  type ReportedVerb,
  type RuleReport,
  type Totals,
} from "../../../audit/audit-report.ts";
import { wrap } from "../../review/wrap.ts";
import { legible } from "../../review/to-yaml.ts";
import { lineWidth, type paint, paintIf } from "../../terminal.ts";
import { type Counted, FATES, OF_THOSE, outsideOf, podsOf, titleOf } from "./words.ts";

const COLOURS: Readonly<Record<ReportedVerb, Parameters<typeof paint>[0]>> = {
  denied: "red",
  refused: "magenta",
  clamped: "yellow",
  changed: "cyan",
  granted: "green",
};

// Below, what is told about a rule begins on a line of its own.
const WIDE = 60;

/** The report for people: what becomes of the Pods, then policy by policy which rules do it. */
export function text(report: AuditReport): string {
  const { pods, others, at, policies } = report;
  const digits = String(pods.looked).length;
  const looked = `${podsOf(pods.looked)}, as at ${at}`;
  const unlike =
    others === 0 ? [] : wrapped(`${others} reviews are no creation of a Pod: nothing is decided about them`);
  return [
    ...wrapped(looked).map((line) => paintIf("bold", line)),
    ...tally(FATES, pods, digits),
    ...ofThose(report, digits),
    ...unlike,
    ...wrapped(outsideOf(report)),
    ...policies.flatMap((policy) => ["", ...policyLines(policy, digits)]),
    ...noteLines(report, digits),
    "",
  ].join("\n");
}

const wrapped = (sentence: string | undefined): string[] =>
  sentence === undefined ? [] : wrap(sentence, lineWidth());

function ofThose({ pods }: AuditReport, digits: number): string[] {
  const lines = tally(OF_THOSE, pods, digits);
  return lines.length === 0 ? [] : ["of those that would run", ...lines];
}

const tally = (counted: Counted, pods: Totals, digits: number): string[] =>
  counted
    .filter(([key]) => pods[key] > 0)
    .flatMap(([key, words]) => wrap(words, lineWidth(), `  ${number(pods[key], digits)}  `));

const number = (count: number, digits: number): string => String(count).padStart(digits);

function policyLines({ policy, pods, rules }: PolicyReport, digits: number): string[] {
  const title = `${titleOf(policy)}: ${pods === 0 ? "no Pod" : podsOf(pods)}`;
  return [
    ...wrapped(legible(title)).map((line) => paintIf("bold", line)),
    ...rules.flatMap((rule) => ruleLines(rule, digits)),
  ];
}

function ruleLines(
  { rule, verb, pods, fields, hasMoreFields, examples }: RuleReport,
  digits: number,
): string[] {
  const head = `  ${number(pods, digits)}  ${verb.padEnd(9)}`;
  const isWide = lineWidth() >= WIDE;
  const lead = isWide ? " ".repeat(head.length) : "    ";
  const listed = [...fields, ...(hasMoreFields ? ["…"] : [])].join(", ");
  const about = legible(listed === "" ? rule : `${rule}: ${listed}`);
  const lines = [...wrap(about, lineWidth(), lead), ...exampleLines(verb, examples, lead)];
  const [first = "", ...others] = lines;
  const painted = head.replace(verb, paintIf(COLOURS[verb], verb));
  return isWide ? [painted + first.slice(head.length), ...others] : [painted.trimEnd(), ...lines];
}

/** Of what is given nobody needs a name: it is what the policy is for. */
function exampleLines(verb: ReportedVerb, examples: readonly Example[], lead: string): string[] {
  const [first, ...others] = examples;
  if (first === undefined || verb === "changed" || verb === "granted") return [];
  const names = others.map(({ pod }) => pod).join(", ");
  const also = others.length === 0 ? [] : wrap(legible(`also ${names}`), lineWidth(), lead);
  const says = first.says === undefined ? "" : `: ${first.says}`;
  return [...wrap(legible(`such as ${first.pod}${says}`), lineWidth(), lead), ...also];
}

function noteLines({ notes }: AuditReport, digits: number): string[] {
  if (notes.length === 0) return [];
  const lines = notes.flatMap(({ code, about, pods }) =>
    wrap(`${code}: ${about}`, lineWidth(), `  ${number(pods, digits)}  `),
  );
  return ["", paintIf("blue", "To be known"), ...lines];
}
