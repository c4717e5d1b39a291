import { isQualifiedName } from "../../kubernetes/names.ts";
import { keysGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { reservedReason } from "../reserved-keys.ts";
import { section } from "../section.ts";
import { judgeKeys, settleKeys, stringMap } from "../string-map.ts";

const map = stringMap(
  {
    test: (key) => isQualifiedName(key.toLowerCase()),
    wanted:
      "an annotation key: an optional DNS prefix and `/`, then at most 63 letters, digits, `-`, `_`, `.`",
  },
  { test: () => true, wanted: "text" },
);

/** `metadata.annotations`. Closed to steps unless a policy opens keys; some keys are reserved. */
export const annotations = defineMutation({
  about: "Annotations of the Pod. A step may set the keys that a policy opens, except reserved ones.",
  option: map,
  section: section(map, keysGate),
  judge: (asked, gate = false, scene) =>
    judgeKeys(asked, gate, { scene, reserved: (key) => reservedReason("annotations", key, { gate, scene }) }),
  apply: (turn, wanted) => {
    settleKeys(turn, ["metadata", "annotations"], wanted);
  },
});
