import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { text } from "../../text/schema.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";
import { settleField } from "../settle-field.ts";

/** `spec.priorityClassName`. A step cannot ask for it. */
export const priorityClassName = definePolicyMutation({
  about: "The PriorityClass of the Pod. What the API server computed from another class is taken out.",
  section: policySection(text({ test: isDnsSubdomain, wanted: "the name of a PriorityClass" })),
  apply: (turn, wanted) => {
    if (!settleField(turn, ["spec", "priorityClassName"], wanted)) return;
    // The Priority plugin refuses a Pod whose numbers are not its class's; without them it puts in the right ones.
    turn.draft.remove(["spec", "priority"], { rule: turn.rule() });
    turn.draft.remove(["spec", "preemptionPolicy"], { rule: turn.rule() });
  },
});
