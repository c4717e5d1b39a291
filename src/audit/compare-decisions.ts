import { type Decision } from "../admission/decision.ts";
import { type Finding, severityOf } from "../engine/finding.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { formatPath } from "../text/path.ts";
import { type DifferenceKind, type Side } from "./comparison.ts";
import { fieldOf } from "./field-of.ts";
import { podDifferences, type PodPart } from "./pod-differences.ts";
import { ruleBehind } from "./rule-behind.ts";
import { shownValue } from "./shown-value.ts";

/** One difference for one Pod. */
export interface OneDifference {
  readonly kind: DifferenceKind;
  readonly field: string;
  readonly old?: Side;
  readonly new?: Side;
  readonly finding?: Finding;
}

/** What two decisions about the same Pod differ in. Of one that is denied nothing else is said: it does not run. */
export function compareDecisions(older: Decision, newer: Decision): OneDifference[] {
  const [wasDenied, isDenied] = [denies(older), denies(newer)];
  if (isDenied) return wasDenied ? [] : told("newly-denied", reasons(newer));
  if (wasDenied) return told("no-longer-denied", reasons(older));
  return [...between(older, newer, "newly"), ...fields(older, newer), ...between(newer, older, "no-longer")];
}

const denies = ({ outcome }: Decision): boolean => outcome === "malformed" || outcome === "refused";

/** What keeps the Pod from running. Where refusals do, nothing graver is told. */
function reasons({ findings }: Decision): Finding[] {
  const grave = findings.filter((one) => ["malformed", "denied"].includes(severityOf(one)));
  return grave.length > 0 ? grave : findings.filter((one) => severityOf(one) === "refused");
}

const told = (kind: DifferenceKind, findings: readonly Finding[]): OneDifference[] =>
  findings.map((finding) => ({ kind, field: fieldOf(finding.path), finding }));

/** What is refused or clamped by one decision and not by the other. */
function between(without: Decision, having: Decision, when: "newly" | "no-longer"): OneDifference[] {
  const known = new Set(without.findings.map(keyOf));
  const fresh = having.findings.filter((finding) => !known.has(keyOf(finding)));
  const of = (severity: string): Finding[] => fresh.filter((one) => severityOf(one) === severity);
  return [...told(`${when}-refused`, of("refused")), ...told(`${when}-clamped`, of("mended"))];
}

const keyOf = ({ code, path }: Finding): string => `${code} ${formatPath(path)}`;

const fields = (older: Decision, newer: Decision): OneDifference[] =>
  podDifferences(older.pod, newer.pod).map((difference) => ({
    kind: "field",
    field: fieldOf(difference.place),
    old: sideOf(older, difference.old),
    new: sideOf(newer, difference.new),
  }));

function sideOf(decision: Decision, { path, value }: PodPart): Side {
  if (value === undefined) return {};
  const rule = ruleBehind(decision, path);
  const shown = shownValue(formatPointer(path), value, rule === undefined ? "before" : "after");
  return { value: shown, ...(rule === undefined ? {} : { rule }) };
}
