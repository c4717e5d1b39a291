import { z } from "zod";

import { SEVERITIES } from "../../engine/finding.ts";

const Place = z.strictObject({
  file: z.string().describe("The workflow."),
  line: z.int().min(1),
  column: z.int().min(1),
});

const Finding = z.strictObject({
  code: z.string().describe("Which finding it is: the reference has them all."),
  severity: z.enum(SEVERITIES),
  text: z.string().describe("The whole finding as a sentence."),
  place: Place.optional().describe("What in the workflow it is about."),
});

const Change = z.strictObject({
  field: z.string().describe("A JSON pointer into the Pod."),
  asked: z.string().optional().describe("What the step asked for, as it was written."),
  given: z.unknown().optional().describe("What stands on the Pod; absent where it was taken away."),
  rule: z.string().describe("Which rule decided: the policy's name, # and the place in it."),
});

const PreviewedStep = z.strictObject({
  file: z.string().describe("The workflow that the step is of."),
  step: z.string().describe("The step's name."),
  kind: z.enum(["clone", "service", "plugin", "commands"]),
  matrix: z.record(z.string(), z.string()).describe("The combination of the matrix; empty without one."),
  image: z.string(),
  isConditional: z.boolean().describe("Whether the step runs only where its `when` holds."),
  outcome: z.enum(["untouched", "decided", "malformed", "refused", "unreviewed"]),
  allowed: z.boolean().describe("Whether the Pod may run."),
  code: z.int().optional().describe("Of a denial: the code of the answer."),
  message: z.string().optional().describe("Of a denial: what the author is told."),
  policies: z.array(z.string()).describe("The policies that matched, in ascending priority."),
  digest: z.string().describe("Tells one effective policy from another."),
  changes: z.array(Change),
  findings: z.array(Finding),
  options: z.string().optional().describe("What the step asks, as it stands in the annotation."),
  pod: z.unknown().optional().describe("The Pod as it would run; absent where it is denied."),
});

/** What `podpecker preview --output json` prints. */
export const PreviewReport = z.strictObject({
  steps: z.array(PreviewedStep),
  skipped: z
    .array(z.strictObject({ file: z.string(), step: z.string() }))
    .describe("Steps that do not run for the event and the branch that were given."),
  notes: z
    .array(z.strictObject({ message: z.string(), place: Place }))
    .describe("What is worth a word about the workflows themselves."),
});
export type PreviewReport = z.infer<typeof PreviewReport>;
