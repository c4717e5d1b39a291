import { z } from "zod";

const Count = z.int().min(0);

/** What may become of something by a rule, the gravest first. */
export const REPORTED_VERBS = ["denied", "refused", "clamped", "changed", "granted"] as const;
export type ReportedVerb = (typeof REPORTED_VERBS)[number];

const Example = z.object({
  pod: z.string().describe("`namespace/name`"),
  says: z.string().optional().describe("What its creator would be told."),
});
export type Example = z.infer<typeof Example>;

const RuleReport = z.object({
  rule: z
    .string()
    .describe(
      "The place in the policy, `/resources/max/memory`; of what has no rule, the code of the finding.",
    ),
  verb: z.enum(REPORTED_VERBS),
  pods: Count.describe("How many Pods the rule does this to."),
  fields: z
    .array(z.string())
    .describe("The fields or options concerned, `[]` standing for any item of a list."),
  hasMoreFields: z.boolean().describe("Whether there are more than stand in `fields`."),
  examples: z.array(Example),
});
export type RuleReport = z.infer<typeof RuleReport>;

const PolicyReport = z.object({
  policy: z
    .string()
    .describe(
      "`built-in` is what holds where no policy says a word; empty for what is wrong with options, whatever a policy says.",
    ),
  pods: Count.describe("How many Pods it is for."),
  rules: z.array(RuleReport),
});
export type PolicyReport = z.infer<typeof PolicyReport>;

const Note = z.object({
  code: z.string().describe("The code of the finding."),
  about: z.string().describe("What it means."),
  pods: Count,
  examples: z.array(Example),
});

const Totals = z.object({
  looked: Count.describe("All Pods that were looked at: untouched, unchanged, changed and denied ones."),
  untouched: Count.describe("No policy is for them."),
  unchanged: Count.describe("They would run as they are."),
  changed: Count.describe("Something would be written into them, or taken away."),
  denied: Count.describe("They would not run."),
  clamped: Count.describe("Of those that would run: something would be brought within what is allowed."),
  refused: Count.describe("Of those that would run: something that was asked would be left out."),
});
export type Totals = z.infer<typeof Totals>;

const Outside = z.object({
  pods: Count,
  namespaces: z.array(z.string()),
});

/** What policies would do to many Pods. */
export const AuditReport = z.object({
  at: z.string().describe("The time for which it was decided."),
  pods: Totals,
  others: Count.describe(
    "Reviews of anything else than the creation of a Pod; nothing is decided about them.",
  ),
  policies: z.array(PolicyReport),
  notes: z.array(Note),
  outside: Outside.optional().describe(
    "Of a cluster: those among the Pods whose namespace the webhook is not called for as things are.",
  ),
});
export type AuditReport = z.infer<typeof AuditReport>;
