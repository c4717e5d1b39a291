import { type Decision } from "../admission/decision.ts";
import { FINDINGS, type FindingCode } from "../engine/finding.ts";
import { formatTime } from "../text/time.ts";
import {
  type AuditReport,
  type Example,
  type PolicyReport,
  REPORTED_VERBS,
  type ReportedVerb,
  type RuleReport,
  type Totals,
} from "./audit-report.ts";
import { byCodeUnits } from "./by-code-units.ts";
import { type Capped, createCapped } from "./capped.ts";
import { type PlacedOutcome, placedOutcomesOf, sayingOf } from "./placed-outcomes.ts";

// A rule for every label key that a step may write would be the end of bounded memory.
const MAX_RULES = 10_000;
const MAX_FIELDS = 20;

/** What is asked of a report. */
export interface AuditTerms {
  /** The policies that may be for a Pod, in the order of the report. */
  readonly policies: readonly string[];
  readonly now: number;
  /** How many Pods are named for each rule. */
  readonly examples: number;
}

/** Takes decisions, any number of them in bounded memory, and makes a report of them. */
export interface AuditCollector {
  /** A Pod, `namespace/name`, and what was decided about it; nothing of what is no creation of a Pod. */
  readonly add: (pod: string, decision: Decision | undefined) => void;
  /** The same decisions in the same order give the same report. */
  readonly report: () => AuditReport;
}

interface RuleKey {
  readonly policy: string;
  readonly rule: string;
  readonly verb: ReportedVerb;
}

interface Tally {
  pods: number;
  readonly examples: Example[];
}

interface RuleTally extends Tally {
  readonly key: RuleKey;
  readonly fields: Capped;
}

/** Makes a collector without any decision. */
export function collectAudit({ policies, now, examples: most }: AuditTerms): AuditCollector {
  const totals = { looked: 0, untouched: 0, unchanged: 0, changed: 0, denied: 0, clamped: 0, refused: 0 };
  let others = 0;
  const rules = new Map<string, RuleTally>();
  const matched = new Map<string, number>(policies.map((name) => [name, 0]));
  const notes = new Map<FindingCode, Tally>();

  const addRule = (pod: string, outcome: PlacedOutcome, seen: Set<string>): void => {
    const { policy, rule, verb, field, finding } = outcome;
    if (!isReported(verb)) return;
    const isKept = rules.size < MAX_RULES || rules.has(`${policy}#${rule} ${verb}`);
    const about = { policy, rule: isKept ? rule : "others", verb };
    const key = `${policy}#${about.rule} ${verb}`;
    const tally = rules.get(key) ?? newRule(about);
    rules.set(key, tally);
    if (field !== "") tally.fields.add(field);
    if (!seen.has(key))
      count(tally, most, { pod, ...(finding === undefined ? {} : { says: sayingOf(finding) }) });
    seen.add(key);
  };
  const addNotes = (pod: string, outcomes: readonly PlacedOutcome[]): void => {
    const told = outcomes.filter(({ verb }) => verb === "noted").flatMap(({ finding }) => finding ?? []);
    for (const code of new Set(told.map((one) => one.code))) {
      const tally = notes.get(code) ?? { pods: 0, examples: [] };
      notes.set(code, tally);
      count(tally, most, { pod });
    }
  };

  return {
    add: (pod, decision) => {
      if (decision === undefined) {
        others += 1;
        return;
      }
      const outcomes = placedOutcomesOf(decision);
      addTotals(totals, decision, outcomes);
      const seen = new Set<string>();
      for (const outcome of outcomes) addRule(pod, outcome, seen);
      addNotes(pod, outcomes);
      for (const name of layersOf(decision, outcomes)) matched.set(name, (matched.get(name) ?? 0) + 1);
    },
    report: () => ({
      at: formatTime(now),
      pods: { ...totals },
      others,
      policies: [...matched].map(([policy, pods]) => policyReport(policy, pods, [...rules.values()])),
      notes: [...notes]
        .map(([code, { pods, examples }]) => ({
          code,
          about: FINDINGS[code][1],
          pods,
          examples: [...examples],
        }))
        .sort((a, b) => b.pods - a.pods || byCodeUnits(a.code, b.code)),
    }),
  };
}

const newRule = (key: RuleKey): RuleTally => ({
  key,
  pods: 0,
  examples: [],
  fields: createCapped(MAX_FIELDS),
});

function count(tally: Tally, most: number, example: Example): void {
  tally.pods += 1;
  if (tally.examples.length < most) tally.examples.push(example);
}

const isReported = (verb: string): verb is ReportedVerb =>
  (REPORTED_VERBS as readonly string[]).includes(verb);

/** The policies that matched, and whoever else decided something: what is built in. */
const layersOf = ({ policies }: Decision, outcomes: readonly PlacedOutcome[]): Set<string> =>
  new Set([...policies, ...outcomes.filter(({ verb }) => isReported(verb)).map(({ policy }) => policy)]);

function addTotals(totals: Totals, decision: Decision, outcomes: readonly PlacedOutcome[]): void {
  totals.looked += 1;
  totals[fateOf(decision)] += 1;
  for (const verb of ["clamped", "refused"] as const)
    if (outcomes.some((outcome) => outcome.verb === verb) && isAdmitted(decision)) totals[verb] += 1;
}

const isAdmitted = ({ outcome }: Decision): boolean => outcome === "decided" || outcome === "untouched";

function fateOf({ outcome, changes }: Decision): "untouched" | "unchanged" | "changed" | "denied" {
  if (outcome === "untouched") return "untouched";
  if (outcome !== "decided") return "denied";
  return changes.length === 0 ? "unchanged" : "changed";
}

function policyReport(policy: string, pods: number, rules: readonly RuleTally[]): PolicyReport {
  const own = rules.filter(({ key }) => key.policy === policy).map(ruleReport);
  return { policy, pods, rules: own.sort(byGravity) };
}

function ruleReport({ key: { rule, verb }, pods, fields, examples }: RuleTally): RuleReport {
  const listed = fields.first().sort(byCodeUnits);
  return { rule, verb, pods, fields: listed, hasMoreFields: fields.hasMore(), examples: [...examples] };
}

const byGravity = (a: RuleReport, b: RuleReport): number =>
  REPORTED_VERBS.indexOf(a.verb) - REPORTED_VERBS.indexOf(b.verb) ||
  b.pods - a.pods ||
  byCodeUnits(a.rule, b.rule);
