import { type z } from "zod";

import { isLabelValue, isQualifiedName } from "../kubernetes/names.ts";
import { across, oneOf, strict, text, whole } from "../text/schema.ts";

/** How a toleration compares values. */
export const operator = oneOf(["Exists", "Equal"]);
/** What a taint does to Pods that do not tolerate it. */
export const effect = oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

/** A taint that a Pod tolerates, as a step or a policy states it. */
export interface Toleration {
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

/** One toleration. The API server leaves empty members out: a second decision must find what the first one wrote. */
export const toleration: z.ZodType<Toleration> = written.transform(({ key, value, ...rest }): Toleration => ({
  ...(key === undefined || key === "" ? {} : { key }),
  ...rest,
  ...(value === undefined || value === "" ? {} : { value }),
}));
