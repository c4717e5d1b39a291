import { type Position } from "../../text/problem.ts";
import { harmless, quote } from "../../text/quote.ts";
import { type Run } from "../../workflow/read-workflow.ts";
import { type StepPod } from "../../workflow/step-pod.ts";
import { admissionBody, type ReviewContext } from "../review/admission-body.ts";
import { type ReviewedManifest, reviewManifest } from "../review/reviewed.ts";
import { type Reviewer } from "../review/verdict.ts";

/** A step, in one combination of a matrix, and what becomes of its Pod. */
export interface PreviewedStep {
  readonly file: string;
  readonly axis: ReadonlyMap<string, string>;
  /** `build [GO=1.25]`. */
  readonly title: string;
  readonly made: StepPod;
  readonly reviewed: ReviewedManifest;
}

/** The combination as it stands behind the name of a step: ` [GO=1.25]`; nothing where there is only one. */
export function axisLabel(axis: ReadonlyMap<string, string>): string {
  const pairs = [...axis].map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? "" : ` [${pairs.join(", ")}]`;
}

/** Has the Pods of a run reviewed, one after the other. */
export async function previewRun(
  file: string,
  run: Run,
  { context, review }: { readonly context: ReviewContext; readonly review: Reviewer },
): Promise<PreviewedStep[]> {
  const previewed: PreviewedStep[] = [];
  for (const made of run.steps) {
    const title = `${made.step.name}${axisLabel(run.axis)}`;
    const reviewed = await reviewManifest(manifestOf(made, { file, title, context }), review);
    previewed.push({ file, axis: run.axis, title, made, reviewed });
  }
  return previewed;
}

function manifestOf(
  { pod, placeOf }: StepPod,
  { file, title, context }: { file: string; title: string; context: ReviewContext },
): ReviewedManifest["manifest"] {
  const placed = { ...pod, metadata: { ...pod.metadata, namespace: context.namespace } };
  const subject = {
    title: `step ${quote(title)}`,
    namespace: context.namespace,
    path: [],
    form: "pod" as const,
    pod: placed,
    body: admissionBody(placed, context),
    placeOf: (position: Position) => {
      const { line, column } = placeOf(position);
      return `${harmless(file)}:${line}:${column}`;
    },
  };
  return { title: file, value: placed, subjects: [subject] };
}
