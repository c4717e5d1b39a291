import { type Decision } from "../../admission/decision.ts";
import { respond } from "../../admission/respond.ts";
import { type AdmissionResponse } from "../../kubernetes/admission-review.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { assign } from "./assign.ts";
import { type Expectation, type OUTCOMES } from "./expectation.ts";
import { type Failure } from "./failure.ts";
import { judgeFields } from "./judge-fields.ts";
import { judgeFindings } from "./judge-findings.ts";

type Outcome = (typeof OUTCOMES)[number];

/** A decision's outcome in the words of tests. */
export const outcomeOf = ({ outcome }: Decision): Outcome => (outcome === "refused" ? "denied" : outcome);

/** Everything that a case expects of a decision and that is not so; `before` is the Pod that was decided about. */
export function judgeCase(expected: Expectation, before: Pod, decision: Decision): Failure[] {
  const response = respond("", before, decision);
  return [
    ...judgeOutcome(expected, decision, response),
    ...judgePolicies(expected.policies, decision),
    ...judgeMessage(expected.message, response),
    ...judgeFieldsOf(expected, decision),
    ...judgeFindings(expected, decision.findings),
    ...judgeWarnings(expected.warnings, response.warnings),
  ];
}

function judgeOutcome(
  { outcome, code }: Expectation,
  decision: Decision,
  { status }: AdmissionResponse,
): Failure[] {
  const actual = outcomeOf(decision);
  return [
    ...(outcome === undefined || outcome === actual ? [] : [{ about: "outcome", expected: outcome, actual }]),
    ...(code === undefined || code === status?.code
      ? []
      : [{ about: "code", expected: String(code), actual: String(status?.code ?? "absent: the Pod runs") }]),
  ];
}

function judgePolicies(expected: readonly string[] | undefined, { policies }: Decision): Failure[] {
  const names = (list: readonly string[]): string =>
    list.length === 0 ? "none" : list.toSorted().join(", ");
  if (expected === undefined || names(expected) === names(policies)) return [];
  return [{ about: "policies", expected: names(expected), actual: names(policies) }];
}

function judgeMessage(expected: string | undefined, { status }: AdmissionResponse): Failure[] {
  const actual = status?.message;
  if (expected === undefined || (actual !== undefined && matchesGlob(expected, actual))) return [];
  return [{ about: "message", expected, actual: actual ?? "absent: the Pod runs" }];
}

/** Of a Pod that does not run there is nothing to look at. */
function judgeFieldsOf({ fields = {} }: Expectation, decision: Decision): Failure[] {
  const outcome = outcomeOf(decision);
  if (outcome === "decided" || outcome === "untouched") return judgeFields(fields, decision);
  const names = Object.keys(fields);
  return names.length === 0
    ? []
    : [{ about: "fields", expected: names.join(", "), actual: `absent: the Pod is ${outcome}` }];
}

function judgeWarnings(expected: readonly string[] | undefined, actual: readonly string[] = []): Failure[] {
  if (expected === undefined) return [];
  if (expected.length === 0)
    return actual.map((warning) => ({ about: "warnings", expected: "none", actual: warning }));
  const given = assign(expected, actual, matchesGlob);
  const left = actual.filter((_, index) => !given.includes(index));
  return expected
    .filter((_, index) => given[index] === undefined)
    .map((glob) => ({
      about: "warnings",
      expected: glob,
      actual: left.length === 0 ? "none" : left.join("; "),
    }));
}
