import { classInUse, grantedByClass } from "../class-in-use.ts";
import { keysGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { nodeLabels } from "../node-labels.ts";
import { section } from "../section.ts";
import { judgeKeys, settleKeys } from "../string-map.ts";

const ARCHITECTURE = "kubernetes.io/arch";

/** `spec.nodeSelector`. Open to steps unless a policy says otherwise; the architecture comes from the agent's platform when nobody else names one. */
export const nodeSelector = defineMutation({
  about:
    "Node labels that the Pod is scheduled on. `kubernetes.io/arch` follows the agent's platform unless the step, the Pod or a policy says otherwise.",
  option: nodeLabels,
  section: section(nodeLabels, keysGate),
  unasked: (scene) => scene.architecture !== undefined || classInUse(scene)?.nodeSelector !== undefined,
  judge: (asked, gate = true, scene) => judgeKeys(asked, gate, { scene }),
  apply: (turn, wanted) => {
    const { architecture } = turn.scene;
    const { set, granted, default: usual } = wanted;
    const ofClass = Object.entries(classInUse(turn.scene)?.nodeSelector ?? {});
    settleKeys(turn, ["spec", "nodeSelector"], {
      set,
      granted,
      default: usual,
      ofClass: Object.fromEntries(
        ofClass.map(([key, value]) => [key, grantedByClass(turn, ["nodeSelector", key], value)]),
      ),
      lowest: architecture === undefined ? {} : { [ARCHITECTURE]: architecture },
    });
  },
});
