import { flag } from "../../text/schema.ts";
import { flagGate, judgeWhole } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { settleField } from "../settle-field.ts";
import { type Turn } from "../turn.ts";

/** `spec.hostUsers`. `false` gives the Pod a user namespace of its own. Open to steps unless a policy says otherwise. */
export const hostUsers = defineMutation({
  about: "Whether the Pod uses its node's user namespace; `false` gives it one of its own.",
  option: flag,
  section: section(flag, flagGate),
  judge: (asked, gate = true) => judgeWhole(asked, gate),
  apply: (turn, wanted) => {
    if (!sharesNode(turn)) settleField(turn, ["spec", "hostUsers"], wanted);
    else if (wanted.granted === false)
      turn.find("host-namespaces", [turn.id], {
        message: "cannot be given: the Pod shares the network, process or IPC namespace of its node",
      });
  },
});

/** Validation refuses a user namespace of its own beside namespaces of the node. */
function sharesNode({ draft }: Turn): boolean {
  const { hostNetwork, hostPID, hostIPC } = draft.pod.spec;
  return hostNetwork === true || hostPID === true || hostIPC === true;
}
