import { deepEqual } from "../../kubernetes/equality.ts";
import { type Toleration } from "../../kubernetes/pod.ts";
import { type Hearing, standsAt, standsIn, type Statement } from "./statement.ts";
import { readMap } from "./metadata.ts";
import { tokenPaths } from "./token-paths.ts";
import { isEmptyValue } from "./empty.ts";

const TOLERATIONS = ["spec", "tolerations"];

// The plugin DefaultTolerationSeconds; for how long is a setting of the API server.
const SERVERS_TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** Where the Pod wants to run, with what runtime and as what account. */
export function readScheduling(hearing: Hearing): Statement[] {
  const { spec } = hearing.pod;
  return [
    ...readMap(hearing, ["spec", "nodeSelector"], spec.nodeSelector),
    ...readTolerations(hearing),
    ...readWhole(hearing, "affinity"),
    ...readWhole(hearing, "runtimeClassName").map((one) => ({ ...one, also: [["spec", "overhead"]] })),
    // A user namespace of its own only takes rights away.
    ...(spec.hostUsers === false ? [] : readWhole(hearing, "hostUsers")),
    ...readAccount(hearing),
  ];
}

function readTolerations({ pod, object }: Hearing): Statement[] {
  return (pod.spec.tolerations ?? []).flatMap((value, index) => {
    const objection = isServers(value) ? undefined : object("tolerations", [value]);
    if (objection === undefined) return [];
    const stands = standsIn(TOLERATIONS, (item) => deepEqual(item, value));
    return [{ path: [...TOLERATIONS, index], value, ...objection, stands }];
  });
}

function isServers({ key = "", operator, effect, tolerationSeconds, ...others }: Toleration): boolean {
  return (
    SERVERS_TAINTS.includes(key) &&
    operator === "Exists" &&
    effect === "NoExecute" &&
    tolerationSeconds !== undefined &&
    isEmptyValue(others)
  );
}

/** A field that its option grants as a whole or not at all. */
function readWhole(
  { pod, object }: Hearing,
  option: "affinity" | "runtimeClassName" | "hostUsers",
): Statement[] {
  const value = pod.spec[option];
  const objection = value === undefined ? undefined : object(option, value);
  const path = ["spec", option];
  return objection === undefined ? [] : [{ path, value, ...objection, stands: standsAt(path, value) }];
}

/** The account under both its names. Nobody says `default`: the API server writes it where nothing is said. */
function readAccount({ pod, object }: Hearing): Statement[] {
  const { serviceAccountName: name, serviceAccount: twin } = pod.spec;
  const said = [
    { field: "serviceAccountName", value: name },
    ...(twin === name ? [] : [{ field: "serviceAccount", value: twin }]),
  ];
  return said.flatMap(({ field, value = "" }) => {
    const objection = ["", "default"].includes(value) ? undefined : object("serviceAccountName", value);
    if (objection === undefined) return [];
    const also = twin === name ? [["spec", "serviceAccount"], ...tokenPaths(pod)] : tokenPaths(pod);
    const stands = standsAt(["spec", "serviceAccountName"], value);
    return [{ path: ["spec", field], value, ...objection, stands, also }];
  });
}
