import { type z } from "zod";

import { deepEqual } from "../../kubernetes/equality.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { isLabelValue, isQualifiedName } from "../../kubernetes/names.ts";
import { type Path } from "../../text/path.ts";
import { across, either, flag, listOf, oneOf, strict, text, whole } from "../../text/schema.ts";
import { notGranted } from "../gates.ts";
import { join, type Joining, ruledItems } from "../join.ts";
import { defineMutation, type Refusal } from "../mutation.ts";
import { section } from "../section.ts";
import { type Turn } from "../turn.ts";

const FIELD = ["spec", "tolerations"];
const operator = oneOf(["Exists", "Equal"]);
const effect = oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: "Exists" | "Equal" | undefined;
  readonly value?: string | undefined;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
  readonly tolerationSeconds?: number | undefined;
}

const written: z.ZodType<Toleration> = across(
  strict({
    key: text({ test: (key) => key === "" || isQualifiedName(key), wanted: "the key of a taint" }).optional(),
    operator: operator.optional(),
    value: text({
      test: isLabelValue,
      wanted: "the value of a taint: at most 63 letters, digits, `-`, `_`, `.`",
    }).optional(),
    effect: effect.optional(),
    tolerationSeconds: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).optional(),
  }),
  ({ key = "", operator = "Equal", value = "" }, complain) => {
    if (key === "" && operator === "Equal")
      complain(
        [],
        "is not a toleration: without a key the operator must be Exists, which tolerates every taint",
      );
    if (operator === "Exists" && value !== "")
      complain([], "is not a toleration: with the operator Exists there is no value");
  },
);

// The API server leaves empty members out: a second decision must find what the first one wrote.
const toleration = written.transform(({ key, value, ...rest }): Toleration => ({
  ...(key === undefined || key === "" ? {} : { key }),
  ...rest,
  ...(value === undefined || value === "" ? {} : { value }),
}));

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
    const items = [...ruledItems(turn, "set", set), ...asked, ...defaults];
    join(
      turn,
      FIELD,
      items.map((item) => mended(turn, item)),
    );
  },
});

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
  const { tolerationSeconds, ...rest } = value;
  if (tolerationSeconds === undefined || value.effect === "NoExecute") return { value, cause };
  const message = `has tolerationSeconds with the effect ${value.effect ?? "of every kind"}, which the API server refuses: given without them`;
  if (path !== undefined) turn.find("toleration-seconds-dropped", path, { message, rule: cause.rule });
  else
    turn.findOfPolicy("toleration-seconds-dropped", ["tolerations"], {
      message: `of the policy ${message}`,
      rule: cause.rule,
    });
  return { value: rest, cause };
}
