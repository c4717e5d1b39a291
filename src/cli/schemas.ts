import { AuditReport } from "../audit/audit-report.ts";
import { Comparison } from "../audit/comparison.ts";
import { optionsSchema, policySchema } from "../policy/json-schemas.ts";
import { jsonSchemaText } from "../text/json-schema.ts";
import { ExplainReport } from "./explain/report.ts";
import { PreviewReport } from "./preview/report.ts";
import { CaseFile } from "./test/case-file.ts";
import { TestReport } from "./test/test-report.ts";

interface Entry {
  readonly about: string;
  /** The JSON Schema, draft 2020-12. */
  readonly text: () => string;
}

/** Every schema that `podpecker schema` prints, by its name; docs/reference has the same. */
export const schemas = {
  policy: { about: "the document of a policy: policy.yaml", text: policySchema },
  options: { about: "what a step may ask: backend_options.kubernetes", text: optionsSchema },
  preview: {
    about: "what podpecker preview --output json prints",
    text: () => jsonSchemaText(PreviewReport, "What podpecker preview says", "output"),
  },
  explain: {
    about: "what podpecker explain --output json prints",
    text: () => jsonSchemaText(ExplainReport, "What podpecker explain says", "output"),
  },
  audit: {
    about: "what podpecker audit --output json prints",
    text: () => jsonSchemaText(AuditReport, "What podpecker audit says", "output"),
  },
  diff: {
    about: "what podpecker diff --output json prints",
    text: () => jsonSchemaText(Comparison, "What podpecker diff says", "output"),
  },
  test: {
    about: "tests of policies: *.test.yaml",
    text: () => jsonSchemaText(CaseFile, "Tests of Podpecker policies"),
  },
  "test-report": {
    about: "what podpecker test --output json prints",
    text: () => jsonSchemaText(TestReport, "What podpecker test found out", "output"),
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type SchemaName = keyof typeof schemas;
