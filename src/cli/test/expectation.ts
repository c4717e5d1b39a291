import { z } from "zod";

import { FINDINGS } from "../../engine/finding.ts";
import { nearest } from "../../text/nearest.ts";
import { parsePath, type Path } from "../../text/path.ts";
import { across, flag, json, leaf, listOf, mapOf, oneOf, strict, text } from "../../text/schema.ts";
import { Numeric } from "../../text/numeric.ts";
import { quote } from "../../text/quote.ts";

type Code = keyof typeof FINDINGS;

// The table's own keys, which `Object.keys` forgets.
const codes = Object.keys(FINDINGS) as Code[];

const code = oneOf(codes);

/** What may be known of a finding that is expected. */
export const FindingPattern = strict({
  code: code.optional().describe("What it is called."),
  path: text().optional().describe("What it is about, as its sentence begins; a glob."),
  message: text().optional().describe("The whole sentence, as `podpecker review` prints it; a glob."),
  rule: text().optional().describe("The rule that decided, `acme#/labels/fromStep`; a glob."),
});

const wanted = "the code of a finding, or a map with code, path, message and rule";
export type FindingPattern = z.output<typeof FindingPattern>;

/** A finding that must be there: its code, or what more is known of it. */
const ExpectedFinding = z.union([code, FindingPattern], {
  error: ({ input }) => {
    const near = typeof input === "string" ? nearest(input, codes) : undefined;
    return `is not ${wanted}${near === undefined ? "" : `; did you mean ${quote(near)}?`}`;
  },
});

const fieldPath = {
  test: (path: string) => ["metadata", "spec", "step"].includes(String(parsePath(path)?.[0])),
  wanted:
    "the path of a field, such as spec.nodeSelector, or step.resources.limits.memory of the step's container",
};

/** The outcomes of a decision in the words of those who write tests. */
export const OUTCOMES = ["decided", "untouched", "denied", "malformed"] as const;

const statusCode = leaf<403 | 422>({
  types: ["integer"],
  wanted: "403 (denied) or 422 (malformed)",
  meta: { enum: [403, 422] },
  read: (value) => ([403, 422] as const).find((one) => value instanceof Numeric && value.value === one),
});

const shape = strict({
  outcome: oneOf(OUTCOMES)
    .optional()
    .describe(
      "`decided`: it runs as a policy has it. `untouched`: no policy is for it. `denied`: refused with `onRefusal: deny`, or beyond what may be. `malformed`: its options cannot be read.",
    ),
  code: statusCode.optional().describe("The code of a denial."),
  message: text().optional().describe("What the author of a Pod that is denied is told; a glob."),
  policies: listOf(text()).optional().describe("All policies that are for the Pod, in any order."),
  fields: mapOf(fieldPath, json)
    .optional()
    .describe(
      "Fields of the Pod as it runs, each with its value; `null`: the field is absent. `step` is the step's container. Amounts are compared as amounts: `2Gi` is `2048Mi`.",
    ),
  findings: listOf(ExpectedFinding)
    .optional()
    .describe("What must be told, in any order; an empty list: nothing is told."),
  noOtherFindings: flag.optional().describe("`true`: nothing is told but `findings`."),
  warnings: listOf(text())
    .optional()
    .describe("Globs; a warning of the API server for each, in any order. An empty list: no warnings."),
});

type Shape = z.output<typeof shape>;

/** What a case expects of the decision; with nothing in it a case could never fail. */
export const Expectation = across(shape, (given, complain) => {
  if (!expectsAnything(given))
    complain([], "expects nothing, so that the case could never fail; add an outcome or fields");
  for (const [path, message] of contradictions(given)) complain(path, message);
});
export type Expectation = Shape;

const expectsAnything = (given: Partial<Shape>): boolean =>
  Object.entries(given).some(([key, value]) =>
    key === "fields"
      ? Object.keys(given.fields ?? {}).length > 0
      : key !== "noOtherFindings" && value !== undefined,
  );

function contradictions(given: Partial<Shape>): [Path, string][] {
  const { outcome, findings, noOtherFindings } = given;
  const needless = "needs findings beside it; that there are none is `findings: []`";
  return [
    ...(noOtherFindings === true && findings === undefined
      ? [[["noOtherFindings"], needless] as [Path, string]]
      : []),
    ...(outcome === "denied" ? contradictDenial(given, 403) : []),
    ...(outcome === "malformed" ? contradictDenial(given, 422) : []),
    ...(outcome === "decided" || outcome === "untouched" ? contradictRun(given) : []),
  ];
}

function contradictDenial({ outcome, code, fields }: Partial<Shape>, right: number): [Path, string][] {
  const told = `where the outcome is ${outcome}`;
  return [
    ...(fields === undefined
      ? []
      : [[["fields"], `cannot be there ${told}: no Pod runs then`] as [Path, string]]),
    ...(code === undefined || code === right
      ? []
      : [[["code"], `is not ${right}, which it is ${told}`] as [Path, string]]),
  ];
}

const contradictRun = (given: Partial<Shape>): [Path, string][] =>
  (["code", "message"] as const)
    .filter((key) => given[key] !== undefined)
    .map((key) => [[key], `is there only where a Pod is denied, not where the outcome is ${given.outcome}`]);
