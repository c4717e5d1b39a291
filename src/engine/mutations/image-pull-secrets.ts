import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { listOf, text } from "../../text/schema.ts";
import { joinInFront, join, ruledItems, type Joining } from "../join.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";

const FIELD = ["spec", "imagePullSecrets"];

/** `spec.imagePullSecrets`. The policy's come first, as with Woodpecker's agent; a step cannot ask for any. */
export const imagePullSecrets = definePolicyMutation({
  about: "Secrets that images are pulled with, beside those that the Pod names itself.",
  section: policySection(listOf(text({ test: isDnsSubdomain, wanted: "the name of a Secret" }))),
  apply: (turn, wanted) => {
    joinInFront(turn, FIELD, ruledItems(turn, "set", wanted.set).map(toReference));
    join(turn, FIELD, ruledItems(turn, "default", wanted.default).map(toReference));
  },
});

function toReference({ value, cause }: Joining<string>): Joining<{ name: string }> {
  return { value: { name: value }, cause };
}
