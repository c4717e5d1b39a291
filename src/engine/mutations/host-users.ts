import { allContainers } from "../../kubernetes/containers.ts";
import { type Pod } from "../../kubernetes/pod.ts";
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
    const why = obstacleIn(turn.draft.pod);
    const possible = why === undefined ? wanted : withoutOwnNamespace(turn, wanted, why);
    settleField(turn, ["spec", "hostUsers"], possible);
  },
});

/** What is wanted without `false`, each told to whoever wanted it. */
function withoutOwnNamespace(
  turn: Turn,
  { set, granted, default: fallback }: Wanted<boolean, boolean>,
  why: string,
): Wanted<boolean, boolean> {
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

/** Why validation refuses a user namespace of its own. */
function obstacleIn(pod: Pod): string | undefined {
  const { hostNetwork, hostPID, hostIPC } = pod.spec;
  if (hostNetwork === true || hostPID === true || hostIPC === true)
    return "the Pod shares the network, process or IPC namespace of its node";
  const devices = allContainers(pod).flatMap(({ container }) => container["volumeDevices"] ?? []);
  return devices.length === 0 ? undefined : "the Pod uses a volume as a block device";
}
