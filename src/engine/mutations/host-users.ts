import { flag } from "../../text/schema.ts";
import { flagGate, judgeWhole } from "../gates.ts";
import { defineMutation, type Wanted } from "../mutation.ts";
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
    const possible = sharesNode(turn) ? withoutOwnNamespace(turn, wanted) : wanted;
    settleField(turn, ["spec", "hostUsers"], possible);
  },
});

/** What is wanted without `false`, each told to whoever wanted it. */
function withoutOwnNamespace(
  turn: Turn,
  { set, granted, default: fallback }: Wanted<boolean, boolean>,
): Wanted<boolean, boolean> {
  const why = "the Pod shares the network, process or IPC namespace of its node";
  if (granted === false) turn.find("host-namespaces", [turn.id], { message: `is not given: ${why}` });
  if (set === false)
    turn.findOfPolicy("host-users-impossible", [turn.id], {
      message: `false is not written: ${why}`,
      rule: turn.rule("set"),
    });
  if (set === undefined && granted === undefined && fallback === false)
    turn.findOfPolicy("host-users-impossible", [turn.id], {
      message: `false is not written: ${why}`,
      rule: turn.rule("default"),
    });
  return {
    set: set === true ? set : undefined,
    granted: granted === true ? granted : undefined,
    default: undefined,
  };
}

/** Validation refuses a user namespace of its own beside namespaces of the node. */
function sharesNode({ draft }: Turn): boolean {
  const { hostNetwork, hostPID, hostIPC } = draft.pod.spec;
  return hostNetwork === true || hostPID === true || hostIPC === true;
}
