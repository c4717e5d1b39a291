import { isOwnAnnotation } from "../engine/annotations.ts";
import { parsePointer } from "../kubernetes/json-pointer.ts";
import { isMap } from "../text/is-map.ts";

/** What stands for a value that may be a secret. */
export const HIDDEN = "(hidden)";

/** Whose value it is: what the Pod said when it came, or what a rule wrote. */
export type Whose = "before" | "after";

// Of a container: what holds no values of the step's, or the names of Secrets at most.
const PLAIN_FIELDS = [
  ...["name", "image", "imagePullPolicy", "restartPolicy", "workingDir", "ports", "stdin", "tty"],
  ...["resources", "securityContext", "volumeMounts", "volumeDevices", "envFrom"],
];
const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"];

// Drivers take passwords among the attributes of a volume; these kinds have none.
const PLAIN_VOLUMES = [
  ...["name", "persistentVolumeClaim", "secret", "configMap", "emptyDir", "downwardAPI", "projected"],
  "hostPath",
];

/** A value that stood, or stands, at a place of a Pod, as people may see it: never that of a variable, nor anything
 * else that may be a secret. */
export function shownValue(pointer: string, value: unknown, whose: Whose): unknown {
  const [root, field = "", ...rest] = parsePointer(pointer);
  if (root === "metadata") return shownMetadata([field, ...rest], value, whose);
  if (root !== "spec") return HIDDEN;
  if (CONTAINERS.includes(field)) return shownOfContainer(rest, value);
  if (field === "volumes") return shownVolume(rest, value);
  return value;
}

function shownMetadata([field, key]: readonly string[], value: unknown, whose: Whose): unknown {
  if (field === "labels") return value;
  // What a Pod comes with may be anything, its whole manifest among it.
  const isPlain = whose === "after" && key !== undefined && !isOwnAnnotation(key);
  return isPlain ? value : HIDDEN;
}

function shownOfContainer([, field, , ...inner]: readonly string[], value: unknown): unknown {
  if (field === undefined) return HIDDEN;
  if (PLAIN_FIELDS.includes(field)) return value;
  return field === "env" && inner.length === 0 ? shownVariable(value) : HIDDEN;
}

function shownVariable(variable: unknown): unknown {
  if (!isMap(variable)) return HIDDEN;
  const { name, valueFrom } = variable;
  return valueFrom === undefined ? { name, value: HIDDEN } : { name, valueFrom };
}

function shownVolume([index]: readonly string[], value: unknown): unknown {
  const isPlain = index !== undefined && isMap(value) && Object.keys(value).every(isPlainKind);
  return isPlain ? value : HIDDEN;
}

const isPlainKind = (key: string): boolean => PLAIN_VOLUMES.includes(key);
