import { type Diagnosis } from "../diagnosis.ts";
import { json } from "./json.ts";
import { text } from "./text.ts";

/** What is printed about diagnoses, by the name that `--output` has for it. */
export const outputs = { text, json } as const satisfies Readonly<
  Record<string, (diagnoses: readonly Diagnosis[]) => string>
>;

export type OutputName = keyof typeof outputs;
