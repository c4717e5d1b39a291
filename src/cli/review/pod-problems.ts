import { type z } from "zod";

import { type Path } from "../../text/path.ts";
import { type TextDocument } from "../../text/document.ts";
import { type Problem } from "../../text/problem.ts";

const words: Readonly<Record<string, string>> = {
  string: "text (in quotes where it looks like something else)",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  nonoptional: "there, if only as null",
};

/** What keeps an object from being a Pod or a review, each with its place in the document that it stands in. */
export function shapeProblems(
  { issues }: Pick<z.ZodError, "issues">,
  base: Path,
  document: TextDocument,
): Problem[] {
  return issues.map((issue) => {
    const inner = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    const path = [...base, ...inner];
    const written = document.written(path);
    const message = messageOf(issue, written === undefined);
    const position = document.position(path);
    return written === undefined ? { path, message, position } : { path, written, message, position };
  });
}

function messageOf(issue: z.core.$ZodIssue, isMissing: boolean): string {
  const wanted = wantedBy(issue);
  if (isMissing) return `is missing; it must be ${wanted}`;
  return issue.code === "too_small" ? "is empty" : `is not ${wanted}`;
}

function wantedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return words[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map(String).join(" or ");
    default:
      return "what Kubernetes has there";
  }
}
