import { type Change } from "../../../engine/draft.ts";
import { SEVERITIES, type Severity } from "../../../engine/finding.ts";
import { type Position } from "../../../text/problem.ts";
import { isColoured, lineWidth, paint } from "../../terminal.ts";
import { type ReviewedManifest, type ReviewedPod } from "../reviewed.ts";
import { legible, toPhrase } from "../to-yaml.ts";
import { patched, type Told } from "../verdict.ts";
import { readablePath } from "../readable-path.ts";
import { wrap } from "../wrap.ts";

const headings: Readonly<Record<Severity, string>> = {
  malformed: "Malformed",
  denied: "Denied",
  refused: "Refused",
  mended: "Mended",
  note: "To be known",
};

const colours: Readonly<Record<Severity, Parameters<typeof paint>[0]>> = {
  malformed: "red",
  denied: "red",
  refused: "red",
  mended: "yellow",
  note: "blue",
};

/** What each Pod got, field by field: what was asked, what stood there, what was given, by which rule. */
export function explain(reviewed: readonly ReviewedManifest[]): string {
  const parts = reviewed.flatMap(({ manifest, pods }) =>
    pods.map((pod) => explainOne(manifest.title, pod).join("\n")),
  );
  return `${parts.join("\n\n")}\n`;
}

function explainOne(input: string, reviewed: ReviewedPod): string[] {
  const { title, namespace } = reviewed.subject;
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  return [
    ...wrap(`${input}: ${title}${where}`, lineWidth()).map((line) => paintIf("bold", line)),
    ...wrap(summaryOf(reviewed), lineWidth()),
    ...explainChanges(reviewed),
    ...tellFindings(reviewed),
  ];
}

function summaryOf({ verdict }: ReviewedPod): string {
  const { response, account } = verdict;
  const { outcome, policies, digest, changes } = account;
  const by = `${policies.join(", ")} (digest ${digest})`;
  switch (outcome) {
    case "unreviewed":
      return "Not the creation of a Pod: it passes as it is.";
    case "untouched":
      return "No policy is for this Pod: it passes as it is.";
    case "decided":
      return changes.length === 0 ? `Decided by ${by}: nothing changes.` : `Decided by ${by}.`;
    case "malformed":
    case "refused":
      return `Denied by ${by}, code ${response.status?.code ?? 403}.`;
  }
}

function explainChanges({ subject, verdict }: ReviewedPod): string[] {
  const { account, patch } = verdict;
  const after = patched(subject.pod, patch);
  return account.changes.flatMap((change) => {
    const isRemoved = change.after === undefined;
    const field = readablePath(change.pointer, isRemoved ? subject.pod : after);
    return ["", paintIf("cyan", field), ...rowsOf(change).flatMap(wrapRow)];
  });
}

type Row = readonly [name: string, text: string];

function rowsOf({ asked, before, after, rule }: Change): Row[] {
  return [
    ...(asked === undefined ? [] : [["asked", legible(asked)] as const]),
    ...(before === undefined ? [] : [["before", toPhrase(before)] as const]),
    ["given", after === undefined ? "nothing: it is taken away" : toPhrase(after)],
    ["rule", rule],
  ];
}

const wrapRow = ([name, text]: Row): string[] => wrap(text, lineWidth(), `  ${name.padEnd(7)}`);

function tellFindings({ subject, verdict }: ReviewedPod): string[] {
  return SEVERITIES.flatMap((severity) => {
    const told = verdict.account.findings.filter((finding) => finding.severity === severity);
    const lines = told.flatMap((finding) => tellFinding(finding, subject.placeOf));
    return told.length === 0 ? [] : ["", paintIf(colours[severity], headings[severity]), ...lines];
  });
}

function tellFinding(
  { text, position }: Told,
  placeOf: (position: Position) => string | undefined,
): string[] {
  const place = position === undefined ? undefined : placeOf(position);
  if (position === undefined || place === undefined) return wrap(text, lineWidth(), "  - ");
  // The place in the file is worth more than the one in the options.
  const inner = ` (line ${position.line}, column ${position.column})`;
  const bare = text.endsWith(inner) ? text.slice(0, -inner.length) : text;
  return [...wrap(bare, lineWidth(), "  - "), `    at ${place}`];
}

const paintIf = (style: Parameters<typeof paint>[0], text: string): string =>
  isColoured() ? paint(style, text) : text;
