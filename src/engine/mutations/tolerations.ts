import { type z } from "zod";

import { deepEqual } from "../../kubernetes/equality.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { type Path } from "../../text/path.ts";
import { either, flag, listOf, strict, text } from "../../text/schema.ts";
import { classInUse, grantedByClass } from "../class-in-use.ts";
import { notGranted } from "../gates.ts";
import { join, type Joining, ruledItems } from "../join.ts";
import { type Refusal } from "../judge.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { effect, operator, type Toleration, toleration } from "../toleration-schema.ts";
import { type Turn } from "../turn.ts";

const FIELD = ["spec", "tolerations"];
const pattern = strict({
  key: text(),
  operator: operator.optional(),
  value: text().optional(),
  effect: effect.optional(),
});
type Pattern = z.output<typeof pattern>;

/** `spec.tolerations`, joined, never replaced. Open to steps unless a policy says otherwise. */
export const tolerations = defineMutation({
  about: "Taints of nodes that the Pod tolerates: the Pod's own, the step's and the policy's together.",
  option: listOf(toleration),
  section: section(
    listOf(toleration),
    either("true, false or a list of patterns {key, operator, value, effect}", [flag, listOf(pattern)]),
  ),
  unasked: (scene) => classInUse(scene)?.tolerations !== undefined,
  judge: (asked, gate = true) => {
    const grants = (item: Toleration): boolean =>
      typeof gate === "boolean" ? gate : gate.some((one) => fits(one, item));
    const items = asked.map((value, index) => ({ value, path: ["tolerations", index] }));
    return {
      granted: items.filter(({ value }) => grants(value)),
      refusals: items.filter(({ value }) => !grants(value)).map(({ path }) => refusal(path.slice(1), gate)),
    };
  },
  apply: (turn, { set, granted = [], default: fallback }) => {
    const asked = granted.map(({ value, path }) => ({
      value,
      path,
      cause: turn.because({ path, rule: turn.rule("fromStep") }),
    }));
    const defaults = ruledItems(turn, "default", fallback);
    if (asked.length > 0 && defaults.some(({ value }) => !asked.some((item) => deepEqual(item.value, value))))
      turn.find("default-tolerations-joined", ["tolerations"], {
        message: "stand beside the policy's default tolerations",
        rule: turn.rule("default"),
      });
    const items = [...ruledItems(turn, "set", set), ...asked, ...ofClass(turn, asked), ...defaults];
    join(
      turn,
      FIELD,
      items.map((item) => mended(turn, item)),
    );
  },
});

/** Those of the step's resource class; that the step asks for one of them by itself is no repetition worth a word. */
function ofClass(turn: Turn, asked: readonly Joining<Toleration>[]): Joining<Toleration>[] {
  const given = (classInUse(turn.scene)?.tolerations ?? []).map((value, index) => ({
    value,
    cause: turn.because(grantedByClass(turn, ["tolerations", index], value)),
  }));
  return given.filter(({ value }) => !asked.some((item) => deepEqual(item.value, value)));
}

/** An asked toleration is granted where it tolerates no more than the pattern: what it leaves out, it leaves open. */
function fits(
  pattern: Pattern,
  { key = "", operator: how = "Equal", value = "", effect: what }: Toleration,
): boolean {
  return (
    matchesGlob(pattern.key, key) &&
    [undefined, how].includes(pattern.operator) &&
    [undefined, what].includes(pattern.effect) &&
    fitsValue(pattern.value, how === "Exists" ? undefined : value)
  );
}

/** Exists has no value: it tolerates every one. */
function fitsValue(pattern = "*", value: string | undefined): boolean {
  return pattern === "*" || (value !== undefined && matchesGlob(pattern, value));
}

function refusal(path: Refusal["path"], gate: boolean | readonly Pattern[]): Refusal {
  if (typeof gate === "boolean" || gate.length === 0) return notGranted(path, false);
  const patterns = gate.map((pattern) =>
    Object.entries(pattern)
      .map(([key, value]) => `${key} ${value}`)
      .join(", "),
  );
  return {
    code: "not-granted",
    path,
    message: `is not granted; the policy grants steps ${patterns.join(" or ")}`,
  };
}

/** Validation allows seconds with NoExecute only; the documentation's own example has them with NoSchedule. */
function mended(
  turn: Turn,
  { value, cause, path }: Joining<Toleration> & { path?: Path },
): Joining<Toleration> {
  if (value.tolerationSeconds === undefined || value.effect === "NoExecute") return { value, cause };
  const rest = { ...value };
  Reflect.deleteProperty(rest, "tolerationSeconds");
  const message = `has tolerationSeconds with the effect ${value.effect ?? "of every kind"}, which the API server refuses: given without them`;
  if (path !== undefined) turn.find("toleration-seconds-dropped", path, { message, rule: cause.rule });
  else
    turn.findOfPolicy("toleration-seconds-dropped", ["tolerations"], {
      message: `of the policy ${message}`,
      rule: cause.rule,
    });
  return { value: rest, cause };
}
