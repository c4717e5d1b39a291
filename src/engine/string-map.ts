import { type z } from "zod";

import { own } from "../kubernetes/own.ts";
import { asText, leaf, mapOf, type TextRule } from "../text/schema.ts";
import { type Path } from "../text/path.ts";
import { grantedNames, grantsName, type KeysGate, keysOf, notGranted } from "./gates.ts";
import { type Judgement, type Refusal } from "./judge.ts";
import { type Wanted } from "./mutation.ts";
import { type Scene } from "./scene.ts";
import { type Granted, type Ruled, type Turn } from "./turn.ts";

/** A map of Kubernetes' string pairs: labels, annotations, a node selector. */
export type StringMap = Readonly<Record<string, string>>;

/** The schema of such a map; values may be written as numbers or booleans, and nothing at all is "". */
export function stringMap(key: TextRule, value: TextRule): z.ZodType<StringMap> {
  return mapOf(
    key,
    leaf({
      types: ["string", "number", "boolean"],
      wanted: value.wanted,
      meta: {},
      read: (found) => {
        const words = found === null ? "" : asText(found);
        return words !== undefined && value.test(words) ? words : undefined;
      },
    }),
  );
}

/** Judges each key of the map by the gate and, where the map has them, by the reserved keys. */
export function judgeKeys(
  asked: StringMap,
  gate: KeysGate,
  options: { readonly scene: Scene; readonly reserved?: (key: string) => string | undefined },
): Judgement<StringMap> {
  const refusals: Refusal[] = [];
  const granted = Object.entries(asked).filter(([key]) => {
    const reason = options.reserved?.(key);
    if (reason !== undefined) refusals.push({ code: "reserved-key", path: [key], message: reason });
    else if (!grantsName(keysOf(gate), key))
      refusals.push({
        ...notGranted([key], keysOf(gate)),
        message: `is not granted; of keys, the policy grants steps ${grantedNames(keysOf(gate))} here`,
      });
    else return true;
    return false;
  });
  return { granted: Object.fromEntries(granted), refusals };
}

/** What is wanted of a map. */
interface WantedKeys extends Wanted<StringMap, StringMap> {
  readonly ofClass?: Readonly<Record<string, Granted<string>>> | undefined;
  /** Goes behind the policy's defaults. */
  readonly lowest?: Readonly<Record<string, Ruled<string>>>;
}

/** Settles every key that anybody wants. */
export function settleKeys(turn: Turn, field: Path, wanted: WantedKeys): void {
  const { set = {}, granted = {}, ofClass = {}, default: fallback = {}, lowest = {} } = wanted;
  for (const key of keysIn([set, granted, ofClass, fallback, lowest])) {
    const asked = own(granted, key);
    turn.settle([...field, key], {
      set: ruled(turn, ["set", key], own(set, key)),
      asked:
        asked === undefined ? undefined : { value: asked, path: [turn.id, key], rule: turn.rule("fromStep") },
      ofClass: own(ofClass, key),
      fallback: ruled(turn, ["default", key], own(fallback, key)) ?? own(lowest, key),
    });
  }
}

function keysIn(maps: readonly object[]): Set<string> {
  const keys = new Set<string>();
  for (const map of maps) for (const key of Object.keys(map)) keys.add(key);
  return keys;
}

function ruled(turn: Turn, path: Path, value: string | undefined): Ruled<string> | undefined {
  return value === undefined ? undefined : { value, rule: turn.rule(...path) };
}
