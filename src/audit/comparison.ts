import { z } from "zod";

const Count = z.int().min(0);

/** What may differ between two sets of policies, the gravest first. */
export const DIFFERENCE_KINDS = [
  "newly-denied",
  "newly-refused",
  "newly-clamped",
  "field",
  "no-longer-denied",
  "no-longer-refused",
  "no-longer-clamped",
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

const Side = z.object({
  value: z
    .unknown()
    .optional()
    .describe("What stands there; absent where nothing does, and hidden where it may be a secret."),
  rule: z.string().optional().describe("The rule by which; absent where it is the Pod's own word."),
});
export type Side = z.infer<typeof Side>;

const Difference = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  field: z.string().describe("The field or option concerned, `[]` standing for any item of a list."),
  old: Side.optional().describe("Of a field."),
  new: Side.optional().describe("Of a field."),
  says: z
    .string()
    .optional()
    .describe("Of anything else: what the creator of the first of the Pods is told."),
  rule: z.string().optional().describe("Of anything else: the rule that decides, or decided."),
  pods: Count.describe("How many Pods have this very difference."),
  examples: z.array(z.string()).describe("The first of them, `namespace/name`."),
});
export type Difference = z.infer<typeof Difference>;

/** What two sets of policies would do differently to the same Pods. */
export const Comparison = z.object({
  at: z.string().describe("The time for which it was decided."),
  pods: z.object({
    compared: Count,
    same: Count.describe("Nothing differs for them."),
    different: Count,
    kinds: z
      .record(z.enum(DIFFERENCE_KINDS), Count)
      .describe("How many Pods have a difference of each kind."),
  }),
  others: Count.describe(
    "Reviews of anything else than the creation of a Pod; nothing is decided about them.",
  ),
  differences: z.array(Difference),
});
export type Comparison = z.infer<typeof Comparison>;
