import { type Decision } from "../admission/decision.ts";
import { type Policy } from "../policy/policy.ts";
import { rulesOf } from "./rules.ts";

/** How much of a policy some decisions have touched. */
export interface PolicyCoverage {
  /** Whether the policy was for any of the Pods. */
  readonly isMatched: boolean;
  readonly rules: readonly string[];
  /** Rules that none of the decisions names: neither for a field that it wrote or found right, nor in what it told. */
  readonly untouched: readonly string[];
}

/** How much of the policy these decisions have touched, which were made with it. */
export function coverageOf(policy: Policy, decisions: readonly Decision[]): PolicyCoverage {
  const named = new Set(decisions.flatMap(rulesIn));
  const rules = rulesOf(policy);
  return {
    isMatched: decisions.some(({ policies }) => policies.includes(policy.name)),
    rules,
    untouched: rules.filter(
      (rule) => !named.has(rule) && ![...named].some((one) => one.startsWith(`${rule}/`)),
    ),
  };
}

const rulesIn = ({ changes, findings, held = [] }: Decision): string[] =>
  [...changes, ...findings, ...held].flatMap(({ rule }) => rule ?? []);
