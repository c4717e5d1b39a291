import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { text } from "../../text/schema.ts";
import { judgeName, namesGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { settleField } from "../settle-field.ts";

const name = text({ test: isDnsSubdomain, wanted: "the name of a RuntimeClass" });

/** `spec.runtimeClassName`. Open to steps unless a policy says otherwise. */
export const runtimeClassName = defineMutation({
  about: "The RuntimeClass that the Pod runs with.",
  option: name,
  section: section(name, namesGate),
  judge: (asked, gate = true) => judgeName(asked, gate),
  apply: (turn, wanted) => {
    if (!settleField(turn, ["spec", "runtimeClassName"], wanted)) return;
    // The overhead belongs to the class that was named before; the RuntimeClass plugin puts in the new one's.
    turn.draft.remove(["spec", "overhead"], { rule: turn.rule() });
  },
});
