/** One thing that a case expects and that is not so. */
export interface Failure {
  /** Which expectation: `outcome`, `fields.spec.nodeSelector`. */
  readonly about: string;
  readonly expected: string;
  readonly actual: string;
  /** The rule by which it is as it is. */
  readonly rule?: string;
  /** What may have been meant. */
  readonly hint?: string;
}

/** The failure as one sentence. */
export function describeFailure({ about, expected, actual, rule, hint }: Failure): string {
  const but = ["findings", "warnings"].includes(about) ? "there is" : "it is";
  const law = rule === undefined ? "" : ` (${rule})`;
  const more = hint === undefined ? "" : `; ${hint}`;
  return `${about}: expected ${expected}, but ${but} ${actual}${law}${more}`;
}
