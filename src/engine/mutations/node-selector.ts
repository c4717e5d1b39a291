import { isLabelValue, isQualifiedName } from "../../kubernetes/names.ts";
import { keysGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { judgeKeys, settleKeys, stringMap } from "../string-map.ts";

const ARCHITECTURE = "kubernetes.io/arch";

const map = stringMap(
  { test: isQualifiedName, wanted: "a node label's key, such as kubernetes.io/arch" },
  { test: isLabelValue, wanted: "a node label's value: at most 63 letters, digits, `-`, `_`, `.`" },
);

/** `spec.nodeSelector`. Open to steps unless a policy says otherwise; the architecture comes from the agent's platform when nobody else names one. */
export const nodeSelector = defineMutation({
  about:
    "Node labels that the Pod is scheduled on. `kubernetes.io/arch` follows the agent's platform unless the step, the Pod or a policy says otherwise.",
  option: map,
  section: section(map, keysGate),
  unasked: ({ architecture }) => architecture !== undefined,
  judge: (asked, gate = true, scene) => judgeKeys(asked, gate, { scene }),
  apply: (turn, wanted) => {
    const { architecture } = turn.scene;
    settleKeys(turn, ["spec", "nodeSelector"], {
      ...wanted,
      lowest: architecture === undefined ? {} : { [ARCHITECTURE]: architecture },
    });
  },
});
