import { type AuditReport, type PolicyReport, type RuleReport } from "../../../audit/audit-report.ts";
import { junit as toXml, type JUnitCase } from "../../junit.ts";
import { failingVerbs, type FailOn } from "../fail-on.ts";
import { DOES, podsOf, titleOf } from "./words.ts";

/** A case for each rule that does something, by policy. Those fail that `--fail-on` names; without it, denials. */
export function junit({ pods, policies }: AuditReport, failOn: FailOn): string {
  const failing = failingVerbs(failOn === "none" ? "denied" : failOn);
  const toCase = (rule: RuleReport): JUnitCase => ({
    name: `${rule.rule} ${rule.verb}`,
    ...(failing.has(rule.verb) ? { failure: failureOf(rule) } : {}),
  });
  const suiteOf = ({ policy, rules }: PolicyReport): { name: string; cases: JUnitCase[] } => ({
    name: titleOf(policy),
    cases: rules.map(toCase),
  });
  const looked = { name: "Pods", cases: [{ name: `${podsOf(pods.looked)} looked at` }] };
  return toXml("podpecker audit", [looked, ...policies.map(suiteOf).filter(({ cases }) => cases.length > 0)]);
}

function failureOf({ verb, pods, examples }: RuleReport): { message: string; text: string } {
  const lines = examples.map(({ pod, says }) => (says === undefined ? pod : `${pod}: ${says}`));
  const message = `${podsOf(pods)} ${DOES[verb]}`;
  return { message, text: [message, ...lines].join("\n") };
}
