import { type Decision } from "../admission/decision.ts";
import { type Change } from "../engine/draft.ts";
import { type Finding, severityOf } from "../engine/finding.ts";

/** Every verb there is: what became of something, in the eyes of the rule that decided about it. Log, metrics, trail
 * and reports count by these; the reference page is made from this table. */
export const VERBS = {
  asked: "A step asked for something that the rule is about.",
  granted: "What a step asked was written into the Pod.",
  changed: "The rule wrote something that nobody asked for, or took something away.",
  clamped: "What was asked, or said by the Pod, was brought within what is allowed, or mended.",
  refused: "What was asked, or said by the Pod, was left out, and the Pod runs.",
  denied: "The Pod does not run.",
  noted: "Somebody is told something; nothing depends on it.",
  "would-change": "The rule would write something, or take it away, if its policy were enforced.",
  "would-clamp": "The rule would bring something within what is allowed, if its policy were enforced.",
  "would-refuse": "The rule would leave something out, if its policy were enforced.",
  "would-deny": "The rule would keep the Pod from running, if its policy were enforced.",
} as const;

export type Verb = keyof typeof VERBS;

/** What one rule did to one Pod, once for each field or option. */
export interface Outcome {
  /** The policy that the rule stands in: `acme`, `built-in`; empty for what is wrong with the options themselves. */
  readonly policy: string;
  /** The rule within it: `/resources/max/memory`; of what has no rule, the code of the finding. */
  readonly rule: string;
  readonly verb: Verb;
}

/** What each rule did, in the order of changes and findings; the same list for whoever counts. */
export function outcomesOf(decision: Decision): Outcome[] {
  const isDenied = isDenial(decision);
  const outcomes: Outcome[] = [];
  for (const change of decision.changes) outcomes.push(...ofChange(change));
  for (const finding of decision.findings) outcomes.push(...ofFinding(finding, isDenied));
  return outcomes;
}

/** Whether the Pod does not run. */
export const isDenial = ({ outcome }: Decision): boolean => outcome === "malformed" || outcome === "refused";

/** The same of a decision that was made and not carried out: asking alone would change nothing. */
export function hypotheticalOutcomesOf(decision: Decision): Outcome[] {
  return outcomesOf(decision).flatMap(({ verb, ...about }) => {
    const would = HYPOTHETICAL[verb];
    return would === undefined ? [] : [{ ...about, verb: would }];
  });
}

/** What rules did, and what those in audit mode would have done beyond that. */
export function allOutcomesOf(decision: Decision): Outcome[] {
  const { audited } = decision;
  if (audited === undefined) return outcomesOf(decision);
  return [
    ...outcomesOf(decision),
    ...beyond(hypotheticalOutcomesOf(audited), hypotheticalOutcomesOf(decision)),
  ];
}

/** Those that the others do not have, each as often as it is one more. */
function beyond(outcomes: readonly Outcome[], others: readonly Outcome[]): Outcome[] {
  const left = others.map(wordsOf);
  return outcomes.filter((outcome) => {
    const place = left.indexOf(wordsOf(outcome));
    if (place !== -1) left.splice(place, 1);
    return place === -1;
  });
}

const wordsOf = ({ policy, rule, verb }: Outcome): string => `${verb} ${policy}#${rule}`;

const HYPOTHETICAL: Readonly<Partial<Record<Verb, Verb>>> = {
  granted: "would-change",
  changed: "would-change",
  clamped: "would-clamp",
  refused: "would-refuse",
  denied: "would-deny",
};

function ofChange({ rule, asked }: Change): Outcome[] {
  const place = placeOf(rule);
  return asked === undefined ? [done(place, "changed")] : [done(place, "asked"), done(place, "granted")];
}

function ofFinding(finding: Finding, isDenied: boolean): Outcome[] {
  const { rule, code, asked } = finding;
  const place = rule === undefined ? { policy: "", rule: code } : placeOf(rule);
  const verb = verbOf(finding, isDenied);
  // What is granted in part was counted as asked where it was written.
  const isWish = asked !== undefined && (verb === "refused" || verb === "denied");
  return isWish ? [done(place, "asked"), done(place, verb)] : [done(place, verb)];
}

const done = ({ policy, rule }: Pick<Outcome, "policy" | "rule">, verb: Verb): Outcome => ({
  policy,
  rule,
  verb,
});

/** What becomes of what the finding is about, of a Pod that runs or does not. */
export function verbOf(finding: Finding, isDenied: boolean): Verb {
  switch (severityOf(finding)) {
    case "malformed":
    case "denied":
      return "denied";
    case "refused":
      return isDenied ? "denied" : "refused";
    case "mended":
      return "clamped";
    case "note":
      return "noted";
  }
}

/** `acme#/labels/set/ci` is the rule `/labels/set/ci` of the policy acme. */
export function placeOf(rule: string): Pick<Outcome, "policy" | "rule"> {
  const end = rule.indexOf("#");
  return end === -1 ? { policy: "", rule } : { policy: rule.slice(0, end), rule: rule.slice(end + 1) };
}
