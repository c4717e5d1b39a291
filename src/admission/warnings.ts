import { bySeverity, describeFinding, type Finding } from "../engine/finding.ts";

// "Warnings longer than 256 characters may be truncated", 4096 in all; within 120 each they are read.
// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
const MAX_WARNING = 120;
const MAX_WARNINGS = 4096;

/** The findings as warnings for the client that created the Pod, the gravest first. */
export function warningsOf(findings: readonly Finding[]): string[] {
  return bounded(
    bySeverity(findings).map(describeFinding),
    "findings; the annotation podpecker.dev/applied has them all",
  );
}

/** Sentences as warnings within the API server's bounds; `more` says what else there is and where it stands. */
export function bounded(sentences: readonly string[], more: string): string[] {
  const warnings: string[] = [];
  let length = 0;
  for (const [index, sentence] of sentences.entries()) {
    const text = shortened(sentence);
    // Room is kept for the line that says what is left out.
    if (length + text.length > MAX_WARNINGS - MAX_WARNING)
      return [...warnings, `and ${sentences.length - index} more ${more}`];
    warnings.push(text);
    length += text.length;
  }
  return warnings;
}

/** The text, cut so that it is a warning together with so many characters more. */
export function shortened(text: string, more = 0): string {
  const room = MAX_WARNING - more;
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
