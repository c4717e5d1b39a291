import { type TestReport } from "../test-report.ts";
import { json } from "./json.ts";
import { junitXml } from "./junit-xml.ts";
import { type Telling } from "./telling.ts";
import { text } from "./text.ts";

/** What is printed about tests, by the name that `--output` has for it. */
export const outputs = { text, json, junit: junitXml } as const satisfies Readonly<
  Record<string, (report: TestReport, telling: Telling) => string>
>;

export type OutputName = keyof typeof outputs;
