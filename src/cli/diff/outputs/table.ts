import { type Comparison } from "../../../audit/comparison.ts";
import { type FailOn } from "../fail-on.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { text } from "./text.ts";

/** What is printed about a comparison, by the name that `--output` has for it. */
export const outputs = {
  text,
  json: (comparison) => `${JSON.stringify(comparison, undefined, 2)}\n`,
  markdown,
  junit,
} as const satisfies Readonly<Record<string, (comparison: Comparison, failOn: FailOn) => string>>;

export type OutputName = keyof typeof outputs;
