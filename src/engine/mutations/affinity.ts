import { Affinity } from "../../kubernetes/affinity.ts";
import { flagGate, judgeWhole } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { settleField } from "../settle-field.ts";
import { sameButForWorkspace } from "../workspace-affinity.ts";

/** `spec.affinity`, as one value: terms of two authors together would mean something neither said. Closed to steps unless a policy opens it. */
export const affinity = defineMutation({
  about: "Affinity to nodes and to other Pods; one value, never mixed from two.",
  option: Affinity,
  section: section(Affinity, flagGate),
  judge: (asked, gate = false) => judgeWhole(asked, gate),
  apply: (turn, wanted) => {
    // What keeps a workflow on one node stands beside it, and is put there after it.
    const same = sameButForWorkspace(turn.scene);
    settleField(turn, ["spec", "affinity"], same === undefined ? wanted : { ...wanted, same });
  },
});
