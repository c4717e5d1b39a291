import { z } from "zod";

import {
  across,
  asText,
  leaf,
  listIn,
  listOf,
  mapOf,
  oneOf,
  json,
  strict,
  text,
  either,
} from "../../text/schema.ts";
import { isMap } from "../../text/is-map.ts";
import { Numeric } from "../../text/numeric.ts";
import { DAY_OR_TIME, parseDay, parseTime } from "../../text/time.ts";
import { Expectation } from "./expectation.ts";

const moment = leaf<number>({
  types: ["string"],
  wanted: "a day, such as 2027-04-01, which is its beginning in UTC, or a time with its zone",
  meta: { pattern: DAY_OR_TIME },
  read: (value) => {
    const written = asText(value) ?? "";
    return parseTime(written) ?? parseDay(written)?.begins;
  },
});

const circumstances = {
  namespace: text()
    .optional()
    .describe("The namespace of the Pod, where the Pod does not name it. Default `default`."),
  user: text().optional().describe("Who creates the Pod. Default: nobody knows."),
  at: moment.optional().describe("When; for policies that end. Default: when the tests run."),
  limitRanges: listOf(text())
    .optional()
    .describe("Files with LimitRanges of the namespace. Default: nobody knows whether there are any."),
};

const anyKey = { test: (key: string) => /^[ -~]+$/.test(key), wanted: "a name" };
const words = (about: string) => mapOf(anyKey, text()).optional().describe(about);

const podFragment = strict({
  apiVersion: oneOf(["v1"]).optional(),
  kind: oneOf(["Pod"]).optional(),
  metadata: json.optional(),
  spec: json.optional(),
});

const options = z
  .unknown()
  .refine((value) => typeof value === "string" || (isMap(value) && !(value instanceof Numeric)), {
    error: "is not a map or text",
  })
  .meta({ type: ["object", "string"] });

/** What a case may say. */
export const Case = strict({
  name: text({ test: (name) => name.trim() !== "", wanted: "a name" }).describe("What is so, in a sentence."),
  ...circumstances,
  pod: either("the path of a manifest with one Pod, or a map with metadata and spec", [
    podFragment,
    z.string(),
  ])
    .optional()
    .describe(
      "The path of a manifest with one Pod, or what the Pod has beyond one container named like it; lists replace its own. Default: that container alone.",
    ),
  image: text().optional().describe("The image of the step's container."),
  env: words("Literal variables of the step's container."),
  labels: words("Labels of the Pod beside its own."),
  annotations: words("Annotations of the Pod beside its own."),
  options: options
    .optional()
    .describe(
      "What the step asks, as in `backend_options.kubernetes`: a map, or the text of the annotation as it is.",
    ),
  expect: Expectation.describe("What must be so."),
});
export type Case = z.output<typeof Case>;

/** A file with tests of policies. */
export const CaseFile = across(
  strict({
    version: oneOf(["v1"]).describe("The version of this form."),
    description: text().optional().describe("What the cases are about."),
    policies: listOf(text())
      .optional()
      .describe(
        "Files and directories with the policies, relative to this file. Default: the policies in the directory that is tested.",
      ),
    ...circumstances,
    cases: listOf(Case)
      .min(1, { error: "holds no case" })
      .describe("The cases, each decided about by itself."),
  }),
  ({ cases }, complain) => {
    const seen = new Set<unknown>();
    for (const [index, one] of listIn(cases).entries()) {
      const name = isMap(one) ? one["name"] : undefined;
      if (typeof name === "string" && seen.has(name))
        complain(["cases", index, "name"], "is the name of an earlier case");
      seen.add(name);
    }
  },
);
export type CaseFile = z.output<typeof CaseFile>;
