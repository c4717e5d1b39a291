import { type Change } from "../../../engine/draft.ts";
import { SEVERITIES, type Severity } from "../../../engine/finding.ts";
import { deepEqual } from "../../../kubernetes/equality.ts";
import { parsePointer } from "../../../kubernetes/json-pointer.ts";
import { type Position } from "../../../text/problem.ts";
import { valueAt } from "../../../text/value-at.ts";
import { lineWidth, type paint, paintIf } from "../../terminal.ts";
import { type ReviewedManifest, type ReviewedPod } from "../reviewed.ts";
import { type Subject } from "../subject.ts";
import { legible, toPhrase } from "../to-yaml.ts";
import { type Account, type AuditedAccount, patched, type Told } from "../verdict.ts";
import { bareText } from "../bare-text.ts";
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
  const { subject, verdict } = reviewed;
  const { account, patch, response } = verdict;
  const { title, namespace } = subject;
  const { code } = response.status ?? {};
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  return [
    ...wrap(`${input}: ${title}${where}`, lineWidth()).map((line) => paintIf("bold", line)),
    ...wrap(summaryOf(account, code), lineWidth()),
    ...explainChanges(account.changes, { before: subject.pod, after: patched(subject.pod, patch) }),
    ...tellFindings(account.findings, subject),
    ...explainAudited(reviewed),
  ];
}

function summaryOf({ outcome, policies, digest, changes }: Account, code = 403): string {
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
      return `Denied by ${by}, code ${code}.`;
  }
}

function explainChanges(
  changes: readonly Change[],
  { before, after }: { readonly before: unknown; readonly after: unknown },
): string[] {
  return changes.flatMap((change) => {
    const isRemoved = change.after === undefined;
    const field = readablePath(change.pointer, isRemoved ? before : after);
    return ["", paintIf("cyan", field), ...rowsOf(change).flatMap(wrapRow)];
  });
}

type Row = readonly [name: string, text: string];

function rowsOf({ asked, before, after, rule }: Change): Row[] {
  return [
    ...(asked === undefined ? [] : [["asked", legible(asked)] as const]),
    ...(before === undefined ? [] : [["before", toPhrase(before)] as const]),
    ...(after !== undefined || before !== undefined ? [["given", givenOf(after)] as const] : []),
    ["rule", rule],
  ];
}

const givenOf = (after: unknown): string =>
  after === undefined ? "nothing: it is taken away" : toPhrase(after);

const wrapRow = ([name, text]: Row): string[] => wrap(text, lineWidth(), `  ${name.padEnd(7)}`);

function tellFindings(findings: readonly Told[], { placeOf }: Pick<Subject, "placeOf">): string[] {
  return SEVERITIES.flatMap((severity) => {
    const told = findings.filter((finding) => finding.severity === severity);
    const lines = told.flatMap((finding) => tellFinding(finding, placeOf));
    return told.length === 0 ? [] : ["", paintIf(colours[severity], headings[severity]), ...lines];
  });
}

function tellFinding(finding: Told, placeOf: (position: Position) => string | undefined): string[] {
  const place = finding.position === undefined ? undefined : placeOf(finding.position);
  if (place === undefined) return wrap(finding.text, lineWidth(), "  - ");
  return [...wrap(bareText(finding), lineWidth(), "  - "), `    at ${place}`];
}

/** What would be otherwise if the policies in audit mode were enforced. */
function explainAudited({ subject, verdict }: ReviewedPod): string[] {
  const { account, patch } = verdict;
  const { audited } = account;
  if (audited === undefined) return [];
  const after = patched(subject.pod, patch);
  const changes = audited.changes.filter((change) => !account.changes.some((held) => isTold(held, change)));
  // Why a Pod would be denied is told whole.
  const isDenial = audited.outcome !== account.outcome && audited.outcome !== "decided";
  const findings = audited.findings.filter(
    ({ text }) => isDenial || account.findings.every((held) => held.text !== text),
  );
  const lines = [
    ...explainChanges(changes, { before: subject.pod, after: audited.pod ?? after }),
    ...explainUnwritten(account, after, audited),
    ...tellFindings(findings, subject),
  ];
  const isSame = audited.outcome === account.outcome && lines.length === 0;
  const summary = summaryOf(audited, audited.outcome === "malformed" ? 422 : 403);
  return [
    "",
    paintIf("bold", "If policies in audit mode were enforced:"),
    ...wrap(isSame ? `${summary} The same would become of it.` : summary, lineWidth()),
    ...lines,
  ];
}

/** Whether what would be written is written; a webhook does not tell what with. */
const isTold = (held: Change, { pointer, rule, before, after }: Change): boolean =>
  held.pointer === pointer &&
  held.rule === rule &&
  (deepEqual(held.after, after) || (before === undefined && after === undefined));

/** What is written and would not be, where the Pod is known as it would run. */
function explainUnwritten({ changes }: Account, after: unknown, audited: AuditedAccount): string[] {
  const { pod } = audited;
  if (pod === undefined) return [];
  const unwritten = changes.filter(({ pointer }) => audited.changes.every((one) => one.pointer !== pointer));
  return unwritten.flatMap(({ pointer }) => {
    const [held, would] = [after, pod].map((one) => valueAt(one, parsePointer(pointer)));
    if (deepEqual(held, would)) return [];
    const given: Row = ["given", would === undefined ? "nothing: no rule writes it" : toPhrase(would)];
    return ["", paintIf("cyan", readablePath(pointer, after)), ...wrapRow(given)];
  });
}
