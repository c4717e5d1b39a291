import { type z } from "zod";

import { type TextDocument } from "./document.ts";
import { type Path } from "./path.ts";
import { type Problem } from "./problem.ts";

/** Everything a schema found wrong with a document, each with the value as it was written and its place. */
export function problemsOf(error: Pick<z.ZodError, "issues">, document: TextDocument): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, [], document));
}

function issueProblems(issue: z.core.$ZodIssue, base: Path, document: TextDocument): Problem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  switch (issue.code) {
    case "unrecognized_keys": {
      const messages = issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        message: messages[index] ?? issue.message,
        position: document.keyPosition([...path, key]),
        unknownKey: true,
      }));
    }
    case "invalid_key":
      return [
        {
          path,
          written: String(path.at(-1)),
          message: issue.issues[0]?.message ?? issue.message,
          position: document.keyPosition(path),
        },
      ];
    case "invalid_union": {
      const closest = issue.errors.find(isCloser);
      if (closest !== undefined) return closest.flatMap((inner) => issueProblems(inner, path, document));
      return [valueProblem(path, issue.message, document)];
    }
    default:
      return [valueProblem(path, issue.message, document)];
  }
}

/** Of a union's forms the one is meant whose outer shape fits: its objections lie further inside. */
function isCloser(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys");
}

function valueProblem(path: Path, message: string, document: TextDocument): Problem {
  const written = document.written(path);
  if (written === undefined)
    return { path, message: `is missing or ${message}`, position: document.position(path) };
  return { path, written, message, position: document.position(path) };
}
