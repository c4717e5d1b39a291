import { BACKEND_OPTIONS } from "../../../engine/annotations.ts";
import { describeProblem } from "../../../text/problem.ts";
import { bareText } from "../../review/bare-text.ts";
import { afterOf } from "../../review/reviewed.ts";
import { type Told } from "../../review/verdict.ts";
import { podOf } from "../fate.ts";
import { type PreviewedStep } from "../preview-steps.ts";
import { type Previewed } from "../previewed.ts";
import { type PreviewReport } from "../report.ts";

/** All of the preview for programs; `podpecker schema preview` prints its schema. */
export function json({ steps, skipped, notes }: Previewed): string {
  const report: PreviewReport = {
    steps: steps.map(describe),
    skipped: skipped.map(({ file, title }) => ({ file, step: title })),
    notes: notes.map((note) => ({
      message: describeProblem(note),
      place: { file: note.file, ...(note.position ?? { line: 1, column: 1 }) },
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function describe(previewed: PreviewedStep): PreviewReport["steps"][number] {
  const { file, axis, made, reviewed } = previewed;
  const { response, account } = podOf(previewed).verdict;
  const options = made.pod.metadata?.annotations?.[BACKEND_OPTIONS];
  return {
    file,
    step: made.step.name,
    kind: made.step.kind,
    matrix: Object.fromEntries(axis),
    image: made.step.entry.image,
    isConditional: made.step.entry.when !== undefined,
    outcome: account.outcome,
    allowed: response.allowed,
    ...(response.status === undefined
      ? {}
      : { code: response.status.code, message: response.status.message }),
    policies: [...account.policies],
    digest: account.digest,
    changes: account.changes.map(({ pointer, asked, after, rule }) => ({
      field: pointer,
      ...(asked === undefined ? {} : { asked }),
      ...(after === undefined ? {} : { given: after }),
      rule,
    })),
    findings: account.findings.map((finding) => describeFinding(finding, previewed)),
    ...(options === undefined ? {} : { options }),
    ...(response.allowed ? { pod: afterOf(reviewed) } : {}),
  };
}

function describeFinding(
  finding: Told,
  { file, made }: PreviewedStep,
): PreviewReport["steps"][number]["findings"][number] {
  const { code, severity, position } = finding;
  return {
    code,
    severity,
    text: bareText(finding),
    ...(position === undefined ? {} : { place: { file, ...made.placeOf(position) } }),
  };
}
