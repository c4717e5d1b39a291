import { type Decision } from "../admission/decision.ts";
import { type Finding } from "../engine/finding.ts";
import { fieldOf, fieldOfChange } from "./field-of.ts";
import { type Outcome, outcomesOf } from "./outcomes.ts";
import { shownFinding } from "./shown-finding.ts";

/** An outcome, and what it is about. */
export interface PlacedOutcome extends Outcome {
  /** The field of the Pod, or the option, with `[]` for any item of a list. */
  readonly field: string;
  /** Where somebody is told about it. */
  readonly finding?: Finding;
}

/** What each rule did, and to which field or option. */
export function placedOutcomesOf(decision: Decision): PlacedOutcome[] {
  const ofChanges = decision.changes.flatMap((change) => {
    const field = fieldOfChange(change);
    return outcomesOf({ ...decision, changes: [change], findings: [] }).map((one) => ({ ...one, field }));
  });
  const ofFindings = decision.findings.flatMap((finding) => {
    const field = fieldOf(finding.path);
    const outcomes = outcomesOf({ ...decision, changes: [], findings: [finding] });
    return outcomes.map((one) => ({ ...one, field, finding }));
  });
  return [...ofChanges, ...ofFindings];
}

/** What the creator of a Pod is told by a finding, as others may see it: without its place in the text of one step, and
 * without its rule. */
export const sayingOf = ({ code, path, asked, message }: Finding): string =>
  shownFinding({ code, path, message, ...(asked === undefined ? {} : { asked }) });
