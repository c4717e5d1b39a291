import { deepEqual } from "../../kubernetes/equality.ts";
import { type Path } from "../../text/path.ts";
import { isMap } from "../../text/is-map.ts";
import { type PolicyDocument, SECTIONS } from "../policy-document.ts";
import { isWhole } from "../whole.ts";
import { type Lint } from "./lints.ts";

// What a Pod has one of: where it is set, nobody has a choice left.
const SINGLE = ["runtimeClassName", "serviceAccountName", "hostUsers"];

/** Defaults and gates for what the same policy sets. */
export function lintVerbs(document: PolicyDocument): Lint[] {
  return SECTIONS.flatMap((name) => {
    const section = (document as Readonly<Record<string, unknown>>)[name];
    return isMap(section) ? [...idleDefaults(name, section), ...idleGate(name, section)] : [];
  });
}

type Tree = Readonly<Record<string, unknown>>;

function idleDefaults(name: string, { set, default: fallback }: Tree): Lint[] {
  const path = [name, "default"];
  return bothSay(path, set, fallback).map((where) => ({
    code: "never-holds",
    path: where,
    message: "never holds: the policy sets it",
  }));
}

/** Where both say something of one thing, and not the same; lists are joined. */
function bothSay(path: Path, set: unknown, fallback: unknown): Path[] {
  if (set === undefined || fallback === undefined || deepEqual(set, fallback)) return [];
  if (Array.isArray(set) || Array.isArray(fallback)) return [];
  if (isWhole(path) || !isMap(set) || !isMap(fallback)) return [path];
  return Object.keys(fallback).flatMap((key) =>
    Object.hasOwn(set, key) ? bothSay([...path, key], set[key], fallback[key]) : [],
  );
}

function idleGate(name: string, { set, fromStep }: Tree): Lint[] {
  const isOpen = fromStep === true || (Array.isArray(fromStep) && fromStep.length > 0);
  if (set === undefined || !isOpen || !SINGLE.includes(name)) return [];
  return [
    {
      code: "never-holds",
      path: [name, "fromStep"],
      message: "opens nothing: the policy sets it, and no step can change that",
    },
  ];
}
