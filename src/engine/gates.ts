import { type z } from "zod";

import { matchesAnyGlob } from "../kubernetes/glob.ts";
import { quote } from "../text/quote.ts";
import { either, flag, listOf, strict, text } from "../text/schema.ts";
import { type Judgement, type Refusal } from "./judge.ts";

/** A gate for names: all, none, or those that match a pattern. */
export type NamesGate = boolean | readonly string[];
export const namesGate: z.ZodType<NamesGate> = either("true, false or a list of patterns", [
  flag,
  listOf(text()),
]);

/** A gate for the keys of a map. */
export type KeysGate = boolean | { readonly keys: readonly string[] };
export const keysGate: z.ZodType<KeysGate> = either("true, false or {keys: [patterns]}", [
  flag,
  strict({ keys: listOf(text()) }),
]);

/** A gate that is open or closed. */
export const flagGate = flag;

/** Whether the gate lets the name through. */
export function grantsName(gate: NamesGate, name: string): boolean {
  return typeof gate === "boolean" ? gate : matchesAnyGlob(gate, name);
}

/** The patterns of a keys gate as a names gate. */
export function keysOf(gate: KeysGate): NamesGate {
  return typeof gate === "boolean" ? gate : gate.keys;
}

/** What a gate lets through, in words. */
export function grantedNames(gate: NamesGate): string {
  if (typeof gate === "boolean") return gate ? "anything" : "nothing";
  return gate.length === 0 ? "nothing" : gate.map((pattern) => quote(pattern)).join(", ");
}

/** Judges one asked name. */
export function judgeName(asked: string, gate: NamesGate): Judgement<string> {
  if (grantsName(gate, asked)) return { granted: asked, refusals: [] };
  return { refusals: [notGranted([], gate)] };
}

/** Judges an asking that is granted as a whole or not at all. */
export function judgeWhole<Asked>(asked: Asked, open: boolean): Judgement<Asked> {
  return open ? { granted: asked, refusals: [] } : { refusals: [notGranted([], false)] };
}

/** The refusal of something that a gate does not let through. */
export function notGranted(path: Refusal["path"], gate: NamesGate, rule?: Refusal["path"]): Refusal {
  return {
    code: "not-granted",
    path,
    message: `is not granted; the policy grants steps ${grantedNames(gate)} here`,
    ...(rule === undefined ? {} : { rule }),
  };
}
