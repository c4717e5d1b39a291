import { type ResourceRules } from "../engine/resource-rules.ts";
import { type Amounts, quantityOf, type Resources } from "../engine/resource-schema.ts";
import { type Amount, likelySlip } from "../kubernetes/likely-slip.ts";
import { type Path } from "../text/path.ts";
import { type Lint } from "./lint/lints.ts";
import { type PolicyDocument } from "./policy-document.ts";

/** Amounts of a policy that are what was written and hardly what was meant. */
export function amountSlips({ resources = {}, workspace = {} }: PolicyDocument): Lint[] {
  const { set, default: fallback, min, max, maxPod, classes = {} }: ResourceRules = resources;
  return [
    ...slipsOfBoth(["resources", "set"], set),
    ...slipsOfBoth(["resources", "default"], fallback),
    ...slipsOf(["resources", "min"], min),
    ...slipsOf(["resources", "max"], max),
    ...slipsOf(["resources", "maxPod"], maxPod),
    ...Object.entries(classes).flatMap(([name, one]) => slipsOfBoth(["resources", "classes", name], one)),
    ...(["size", "sizeLimit"] as const).flatMap((key) =>
      slipOf({ name: "storage", text: workspace[key] ?? "0" }, ["workspace", key]),
    ),
  ];
}

const slipsOfBoth = (path: Path, { requests, limits }: Resources = {}): Lint[] => [
  ...slipsOf([...path, "requests"], requests),
  ...slipsOf([...path, "limits"], limits),
];

function slipsOf(path: Path, amounts: Amounts = {}): Lint[] {
  // A bound above all there is bounds nothing, on purpose.
  const isUpperBound = ["max", "maxPod"].includes(String(path.at(-1)));
  return Object.entries(amounts).flatMap(([name, text]) =>
    slipOf({ name, text, isUpperBound }, [...path, name]),
  );
}

function slipOf(amount: Omit<Amount, "quantity">, path: Path): Lint[] {
  const { text } = amount;
  const message = likelySlip({ ...amount, quantity: quantityOf(text) });
  return message === undefined ? [] : [{ code: "likely-slip", path, written: text, message }];
}
