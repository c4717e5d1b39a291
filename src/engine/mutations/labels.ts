import { isLabelValue, isQualifiedName } from "../../kubernetes/names.ts";
import { own } from "../../kubernetes/own.ts";
import { keysGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { RESERVED_LABELS, reservedReason } from "../reserved-keys.ts";
import { section } from "../section.ts";
import { judgeKeys, settleKeys, type StringMap, stringMap } from "../string-map.ts";
import { type Turn } from "../turn.ts";

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
    tellOverwritten(turn, wanted.set ?? {});
    settleKeys(turn, ["metadata", "labels"], wanted);
  },
});

/** Woodpecker's agent writes its own labels over the admin's. */
function tellOverwritten(turn: Turn, set: StringMap): void {
  const labels = turn.draft.pod.metadata?.labels;
  const isWoodpeckers = (key: string): boolean =>
    RESERVED_LABELS.includes(key) || key.startsWith("woodpecker-ci.org/");
  for (const key of Object.keys(set).filter(isWoodpeckers))
    if (![undefined, set[key]].includes(own(labels, key)))
      turn.findOfPolicy("woodpecker-label-overwritten", ["labels", key], {
        message: "is written over Woodpecker's own label",
        rule: turn.rule("set", key),
      });
}
