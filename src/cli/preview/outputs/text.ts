import { type Change } from "../../../engine/draft.ts";
import { type Severity } from "../../../engine/finding.ts";
import { describeProblem } from "../../../text/problem.ts";
import { readablePath } from "../../review/readable-path.ts";
import { bareText } from "../../review/bare-text.ts";
import { legible, toPhrase } from "../../review/to-yaml.ts";
import { patched, type Told, type Verdict } from "../../review/verdict.ts";
import { wrap } from "../../review/wrap.ts";
import { lineWidth, type paint, paintIf } from "../../terminal.ts";
import { type Alike, groupAlike } from "../alike.ts";
import { fateOf, podOf } from "../fate.ts";
import { type PreviewedStep } from "../preview-steps.ts";
import { type Note, type Previewed } from "../previewed.ts";

type Style = Parameters<typeof paint>[0];

// How much of a value is shown, as the width allows; all of it is for --output explain.
const CELLS = [72, 36];
const INDENT = "  ";

const colours: Readonly<Record<Severity, Style>> = {
  malformed: "red",
  denied: "red",
  refused: "red",
  mended: "yellow",
  note: "blue",
};

/** What each step gets, in a table that fits the terminal, and what there is to be told. */
export function text({ steps, skipped, notes }: Previewed): string {
  const parts = [
    ...byFile(steps).flatMap(tellFile),
    ...(skipped.length === 0 ? [] : [tellSkipped(skipped).join("\n")]),
    ...(notes.length === 0 ? [] : [tellNotes(notes).join("\n")]),
    summaryOf(steps).join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The steps of each workflow; who previews one knows its name. */
function byFile(
  steps: readonly PreviewedStep[],
): { readonly heading?: string; readonly steps: PreviewedStep[] }[] {
  const files = [...new Set(steps.map(({ file }) => file))];
  return files.map((file) => ({
    ...(files.length === 1 ? {} : { heading: file }),
    steps: steps.filter((step) => step.file === file),
  }));
}

function tellFile({ heading, steps }: ReturnType<typeof byFile>[number]): string[] {
  const told = groupAlike(steps).map((alike) => tellStep(alike).join("\n"));
  return heading === undefined ? told : [paintIf(["bold", "underline"], legible(heading)), ...told];
}

function tellStep({ step, title }: Alike): string[] {
  const { verdict } = podOf(step);
  const { image, when } = step.made.step.entry;
  const heading = `${title} (${image})${when === undefined ? "" : ', where its "when" holds'}`;
  return [
    ...wrap(legible(heading), lineWidth()).map((line) => paintIf("bold", line)),
    ...wrap(decisionOf(step), lineWidth(), INDENT),
    ...tellChanges(step),
    ...verdict.account.findings.flatMap((finding) => tellFinding(finding, step)),
  ];
}

function decisionOf(step: PreviewedStep): string {
  const { response, account } = podOf(step).verdict;
  const { outcome, policies, changes } = account;
  const by = policies.join(", ");
  if (outcome === "decided") return changes.length === 0 ? `${by}: nothing changes` : by;
  return outcome === "untouched" ? "no policy is for it: it gets nothing" : `denied; ${contactOf(response)}`;
}

/** Whom to ask: the last line of what the author of a step is told. */
const contactOf = ({ status }: Verdict["response"]): string => status?.message.split("\n").at(-1) ?? "";

type Row = readonly [field: string, asked: string, given: string, rule: string];

function tellChanges(step: PreviewedStep): string[] {
  const { subject, verdict } = podOf(step);
  const after = patched(subject.pod, verdict.patch);
  const rows = verdict.account.changes.map((change) =>
    rowOf(change, change.after === undefined ? subject.pod : after),
  );
  if (rows.length === 0) return [];
  const tables = CELLS.map((longest) => toTable(rows, longest));
  const table = tables.find((lines) => lines.every((line) => line.length <= lineWidth()));
  return table === undefined ? rows.flatMap(stacked) : [paintIf("dim", table[0] ?? ""), ...table.slice(1)];
}

function rowOf({ pointer, asked, after, rule }: Change, pod: unknown): Row {
  const field = readablePath(pointer, pod).replace(/^(?:spec\.containers\[0\]|spec|metadata)\./, "");
  const given = after === undefined ? "nothing" : toPhrase(after);
  return [legible(field), asked === undefined ? "-" : legible(asked), given, rule];
}

function toTable(rows: readonly Row[], longest: number): string[] {
  const head: Row = ["field", "asked", "given", "rule"];
  const short = [
    head,
    ...rows.map(([field, asked, given, rule]): Row => [
      field,
      cut(asked, longest),
      cut(given, longest),
      rule,
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...short.map((row) => row[column]?.length ?? 0)));
  return short.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `${INDENT}${cells.join("  ").trimEnd()}`;
  });
}

const cut = (cell: string, longest: number): string =>
  cell.length > longest ? `${cell.slice(0, longest - 1)}…` : cell;

function stacked([field, asked, given, rule]: Row): string[] {
  const lines = [...(asked === "-" ? [] : [["asked", asked]]), ["given", given], ["rule", rule]];
  return [
    paintIf("cyan", `${INDENT}${field}`),
    ...lines.flatMap(([name = "", value = ""]) => wrap(value, lineWidth(), `${INDENT}  ${name.padEnd(7)}`)),
  ];
}

function tellFinding(finding: Told, step: PreviewedStep): string[] {
  const place = finding.position === undefined ? undefined : podOf(step).subject.placeOf(finding.position);
  const label = `${finding.severity}:`;
  const [first = "", ...rest] = wrap(`${label} ${bareText(finding)}`, lineWidth(), `${INDENT}${INDENT}`);
  // Only what goes on is further in.
  const beginning = `${INDENT}${paintIf(colours[finding.severity], label)}`;
  return [
    `${beginning}${first.trimStart().slice(label.length)}`,
    ...rest,
    ...(place === undefined ? [] : [`${INDENT}${INDENT}at ${place}`]),
  ];
}

function tellSkipped(skipped: Previewed["skipped"]): string[] {
  const names = [...new Set(skipped.map(({ title }) => legible(title)))].join(", ");
  return wrap(`Not run for this event and branch, as their "when" says: ${names}`, lineWidth());
}

function tellNotes(notes: readonly Note[]): string[] {
  return [
    paintIf("bold", "To be known"),
    ...notes.flatMap((note) => wrap(describeNote(note), lineWidth(), "  - ")),
  ];
}

/** The note with its place in front. */
export function describeNote(note: Note): string {
  const { line, column } = note.position ?? { line: 1, column: 1 };
  return legible(`${note.file}:${line}:${column}: ${describeProblem(note)}`);
}

function summaryOf(steps: readonly PreviewedStep[]): string[] {
  const count = (fate: string): number => steps.filter((step) => fateOf(step) === fate).length;
  const parts = [
    [count("given"), "as asked"],
    [count("less"), "with less than asked"],
    [count("denied"), "denied"],
  ].flatMap(([number, words]) => (number === 0 ? [] : [`${String(number)} ${String(words)}`]));
  const total = `${steps.length} Pod${steps.length === 1 ? "" : "s"}`;
  return wrap(parts.length === 0 ? total : `${total}: ${parts.join(", ")}`, lineWidth());
}
