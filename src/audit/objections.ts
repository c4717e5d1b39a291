import { type Decision } from "../admission/decision.ts";
import { type Finding } from "../engine/finding.ts";
import { isDenial, type Outcome, placeOf, verbOf } from "./outcomes.ts";

/** Something that a rule refused or denied, or would have in audit mode. */
export interface Objection extends Outcome {
  readonly verb: "refused" | "denied" | "would-refuse" | "would-deny";
  readonly finding: Finding;
}

/** What rules objected to, and what those in audit mode would have objected to beyond that. What is wrong with the
 * options themselves goes against no rule. */
export function objectionsOf(decision: Decision): Objection[] {
  const { audited } = decision;
  const done = objectionsIn(decision);
  if (audited === undefined) return done;
  const known = new Set(done.map(wordsOf));
  const beyond = objectionsIn(audited).filter((objection) => !known.has(wordsOf(objection)));
  return [
    ...done,
    ...beyond.map((one) => ({
      ...one,
      verb: one.verb === "denied" ? ("would-deny" as const) : ("would-refuse" as const),
    })),
  ];
}

function objectionsIn(decision: Decision): Objection[] {
  const isDenied = isDenial(decision);
  return decision.findings.flatMap((finding) => {
    const verb = verbOf(finding, isDenied);
    if (finding.rule === undefined || (verb !== "refused" && verb !== "denied")) return [];
    return [{ ...placeOf(finding.rule), verb, finding }];
  });
}

const wordsOf = ({ verb, finding }: Objection): string =>
  JSON.stringify([verb, finding.rule, finding.path, finding.asked]);
