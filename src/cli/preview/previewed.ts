import { type Problem } from "../../text/problem.ts";
import { type PreviewedStep } from "./preview-steps.ts";

/** A step that does not run for the event and the branch that are known. */
export interface SkippedStep {
  readonly file: string;
  readonly title: string;
}

/** What is worth a word about a workflow. */
export interface Note extends Problem {
  readonly file: string;
}

/** All that a preview has to show. */
export interface Previewed {
  readonly steps: readonly PreviewedStep[];
  readonly skipped: readonly SkippedStep[];
  readonly notes: readonly Note[];
}
