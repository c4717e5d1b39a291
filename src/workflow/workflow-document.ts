import { z } from "zod";

import { mapOf, strict, text } from "../text/schema.ts";
import { truth } from "./step-entry.ts";

const anything = z.unknown().optional();

/** What a workflow may say; its steps are read one by one. */
export const WorkflowDocument = strict({
  steps: anything,
  services: anything,
  clone: anything,
  skip_clone: truth.optional(),
  matrix: anything,
  workspace: strict({ base: text().optional(), path: text().optional() }).optional(),
  labels: mapOf({ test: () => true, wanted: "a label" }, text()).optional(),
  when: anything,
  depends_on: anything,
  variables: anything,
  concurrency: anything,
  runs_on: anything,
  $schema: anything,
});
export type WorkflowDocument = z.output<typeof WorkflowDocument>;
