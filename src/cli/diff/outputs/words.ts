import { type Difference, type DifferenceKind, type Side } from "../../../audit/comparison.ts";
import { legible, toPhrase } from "../../review/to-yaml.ts";

/** What Pods with a difference of a kind have in common. */
export const HEADINGS: Readonly<Record<DifferenceKind, string>> = {
  "newly-denied": "Denied by the new policies only",
  "newly-refused": "Refused by the new policies only",
  "newly-clamped": "Brought within bounds by the new policies only",
  field: "Fields that differ",
  "no-longer-denied": "Denied by the old policies only",
  "no-longer-refused": "Refused by the old policies only",
  "no-longer-clamped": "Brought within bounds by the old policies only",
};

/** What stands there. */
export const valueOf = ({ value }: Side = {}): string => (value === undefined ? "nothing" : toPhrase(value));

/** Why it does, where there is something. */
export function reasonOf({ value, rule }: Side = {}): string {
  if (value === undefined) return "";
  return legible(rule ?? "the Pod's own word");
}

/** What the creator is told, and by which rule. */
export const sayingOf = ({ says = "", rule }: Difference): string =>
  legible(rule === undefined ? says : `${says} (${rule})`);
