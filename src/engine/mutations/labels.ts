import { isLabelValue, isQualifiedName } from "../../kubernetes/names.ts";
import { keysGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { reservedReason } from "../reserved-keys.ts";
import { section } from "../section.ts";
import { judgeKeys, settleKeys, stringMap } from "../string-map.ts";

const map = stringMap(
  {
    test: isQualifiedName,
    wanted: "a label key: an optional DNS prefix and `/`, then at most 63 letters, digits, `-`, `_`, `.`",
  },
  {
    test: isLabelValue,
    wanted: "a label value: at most 63 letters, digits, `-`, `_`, `.`, with a letter or digit at both ends",
  },
);

/** `metadata.labels`. Closed to steps unless a policy opens keys; some keys are reserved. */
export const labels = defineMutation({
  about: "Labels of the Pod. A step may set the keys that a policy opens, except reserved ones.",
  option: map,
  section: section(map, keysGate),
  judge: (asked, gate = false, scene) =>
    judgeKeys(asked, gate, { scene, reserved: (key) => reservedReason("labels", key, { gate, scene }) }),
  apply: (turn, wanted) => {
    settleKeys(turn, ["metadata", "labels"], wanted);
  },
});
