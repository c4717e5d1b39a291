import { FINDINGS, SEVERITIES, type Severity } from "#src/engine/finding.ts";
import { code, page, table } from "./markdown.ts";

const meanings: Readonly<Record<Severity, string>> = {
  malformed:
    "The options cannot be understood. The Pod is denied (422) under every policy, and all problems are told at once.",
  denied: "The Pod cannot run as it would be: it is denied (403), whatever `onRefusal` says.",
  refused:
    "The step asks for what it does not get. With `onRefusal: warn` the Pod runs without it, with `onRefusal: deny` it is denied (403).",
  mended: "The API server would have refused the Pod: it was made valid, and the Pod runs.",
  note: "Worth knowing; nothing that the step asked was refused.",
};

/** Every finding, the gravest first. */
export function findingsPage(): string {
  return page("Findings", [
    "What Podpecker tells about a Pod: as warnings of the API server, in the annotation `podpecker.dev/applied`, in the message of a denial, in the audit log and in the metrics. The codes do not change; the words may.",
    ...SEVERITIES.flatMap((severity) => [
      `## ${severity}`,
      meanings[severity],
      table(["code", "meaning"], rowsOf(severity)),
    ]),
  ]);
}

function rowsOf(severity: Severity): string[][] {
  return Object.entries(FINDINGS)
    .filter(([, [own]]) => own === severity)
    .map(([name, [, meaning]]) => [code(name), meaning]);
}
