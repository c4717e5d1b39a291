import { type z } from "zod";

import { strict } from "../text/schema.ts";
import { type Verbs } from "./policy.ts";

/** The schema of a section with its three verbs. */
export function section<Value, Gate>(
  value: z.ZodType<Value>,
  gate: z.ZodType<Gate>,
): z.ZodType<Verbs<Value, Gate>> {
  return strict({
    set: value.optional().describe("Always on the Pod; no step can change it."),
    default: value.optional().describe("When neither the step nor the Pod says otherwise."),
    fromStep: gate.optional().describe("What a step may ask for."),
  });
}

/** The schema of a section for which there is no option: a step cannot ask. */
export function policySection<Value>(value: z.ZodType<Value>): z.ZodType<Verbs<Value, never>> {
  return strict({
    set: value.optional().describe("Always on the Pod; no step can change it."),
    default: value.optional().describe("When the Pod does not say otherwise."),
  });
}
