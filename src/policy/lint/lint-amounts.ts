import { type ResourceBounds, type ResourceRules } from "../../engine/resource-rules.ts";
import { type Amounts, type Resources } from "../../engine/resource-schema.ts";
import { own } from "../../kubernetes/own.ts";
import { parseQuantity } from "../../kubernetes/quantity.ts";
import { type Path } from "../../text/path.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { type Lint, type LintCode } from "./lints.ts";
import { isOpen } from "../../engine/bounds.ts";
import { greatestLimit } from "../../engine/round-amount.ts";

/** Something about an amount, and the bound that it breaks. */
export interface AmountLint extends Lint {
  readonly bound: Path;
  /** What it is to that bound, for those who know whose it is. */
  readonly relation: string;
}

/** What a policy sets, gives by default or promises as a class, beside its own bounds. */
export function lintAmounts({ resources = {} }: PolicyDocument): AmountLint[] {
  const { classes = {}, ...rules }: ResourceRules = resources;
  const codes = { beyond: "default-beyond-bounds", ratio: "default-breaks-ratio" } as const;
  return [
    ...lintOne({ path: ["resources", "set"], resources: rules.set ?? {}, bounds: rules, codes }),
    ...lintOne({ path: ["resources", "default"], resources: rules.default ?? {}, bounds: rules, codes }),
    ...Object.entries(classes).flatMap(([name, one]) =>
      lintOne({
        path: ["resources", "classes", name],
        resources: one,
        bounds: rules,
        codes: { beyond: "class-beyond-bounds", ratio: "class-beyond-bounds" },
      }),
    ),
  ];
}

/** Bounds of one policy that no amount can meet. */
export function crossedBounds({ resources = {} }: PolicyDocument): AmountLint[] {
  const { min = {}, max, maxPod }: ResourceRules = resources;
  return beyond({
    path: ["resources", "min"],
    amounts: min,
    bounds: { max, maxPod },
    code: "bounds-crossed",
  });
}

interface Given {
  readonly path: Path;
  readonly resources: Resources;
  readonly bounds: ResourceBounds;
  readonly codes: { readonly beyond: LintCode; readonly ratio: LintCode };
}

function lintOne({ path, resources, bounds, codes }: Given): AmountLint[] {
  const kinds = (["requests", "limits"] as const).flatMap((kind) =>
    beyond({ path: [...path, kind], amounts: resources[kind] ?? {}, bounds, code: codes.beyond }),
  );
  return [...kinds, ...brokenRatios({ path, resources, bounds, codes })];
}

interface Compared {
  readonly path: Path;
  readonly amounts: Amounts;
  readonly bounds: ResourceBounds;
  readonly code: LintCode;
}

const UPPER = ["max", "maxPod"] as const;

function beyond({ path, amounts, bounds, code }: Compared): AmountLint[] {
  return Object.entries(amounts).flatMap(([name, written]) => {
    const say = (bound: "max" | "maxPod" | "min", word: string): AmountLint => ({
      code,
      path: [...path, name],
      written,
      message: `is ${word} the policy's own ${bound}, ${own(bounds[bound], name) ?? ""}`,
      relation: `is ${word} ${own(bounds[bound], name) ?? ""}`,
      bound: ["resources", bound, name],
    });
    const above = UPPER.filter((bound) => isAbove(written, own(bounds[bound], name))).map((bound) =>
      say(bound, "above"),
    );
    const least = own(bounds.min, name);
    const isBelow = least !== undefined && isAbove(least, written);
    return isBelow ? [...above, say("min", "below")] : above;
  });
}

function brokenRatios({ path, resources, bounds, codes }: Given): AmountLint[] {
  const ratios = Object.entries(bounds.maxLimitRequestRatio ?? {});
  return ratios.flatMap(([name, ratio]) => {
    const request = own(resources.requests, name);
    const limit = own(resources.limits, name) ?? filledIn(name, bounds.max);
    if (request === undefined || limit === undefined || isWithin({ request, limit, ratio })) return [];
    const message = `with the limit ${limit} is more than the ratio ${ratio} allows: the request is raised`;
    return [
      {
        code: codes.ratio,
        path: [...path, "requests", name],
        written: request,
        message,
        relation: message,
        bound: ["resources", "maxLimitRequestRatio", name],
      },
    ];
  });
}

// Of these a container without a limit takes what there is: it gets the most that there may be.
const filledIn = (name: string, max: Amounts | undefined): string | undefined =>
  isOpen(name) ? own(max, name) : undefined;

const nanosOf = (text: string): bigint => parseQuantity(text)?.nanos ?? 0n;

const isAbove = (amount: string, bound: string | undefined): boolean =>
  bound !== undefined && nanosOf(amount) > nanosOf(bound);

const isWithin = ({ request, limit, ratio }: Record<"request" | "limit" | "ratio", string>): boolean =>
  nanosOf(limit) <= greatestLimit(nanosOf(request), nanosOf(ratio));
