import { LimitRange } from "../../kubernetes/limit-range.ts";
import { byNamespace } from "../../kubernetes/limit-ranges.ts";
import { parseQuantity } from "../../kubernetes/quantity.ts";
import { readDocuments, type TextDocument } from "../../text/document.ts";
import { type Path } from "../../text/path.ts";
import { describeProblem, type Problem } from "../../text/problem.ts";
import { json } from "../../text/schema.ts";
import { InputError } from "../input-error.ts";
import { isMap } from "../../text/is-map.ts";
import { valueAt } from "../../text/value-at.ts";
import { shapeProblems } from "./pod-problems.ts";

/** Reads manifests of LimitRanges, or lists of them, into those of each namespace; `namespace` is that of one that does not say it.
 * @throws {InputError} with everything that is no LimitRange or cannot be read
 */
export function readLimitRanges(
  inputs: readonly { readonly path: string; readonly text: string }[],
  { namespace }: { readonly namespace: string },
): ReturnType<typeof byNamespace> {
  const problems: string[] = [];
  const read = inputs.flatMap(({ path: origin, text }) =>
    readDocuments(text).flatMap((reading) => {
      const { document } = reading;
      const found = document === undefined ? reading : readOne(document);
      problems.push(...found.problems.map((problem) => describe(problem, origin)));
      return "limitRanges" in found ? found.limitRanges : [];
    }),
  );
  if (problems.length > 0) throw new InputError(problems);
  return byNamespace(
    read.map((one) => ({
      ...one,
      metadata: { ...one.metadata, namespace: one.metadata.namespace ?? namespace },
    })),
  );
}

interface Found {
  readonly limitRanges: readonly LimitRange[];
  readonly problems: readonly Problem[];
}

const nothing: Found = { limitRanges: [], problems: [] };

function describe(problem: Problem, origin: string): string {
  const { position = { line: 1, column: 1 } } = problem;
  return `${origin}:${position.line}:${position.column}: ${describeProblem(problem)}`;
}

function readOne(document: TextDocument, path: Path = []): Found {
  const value = valueAt(json.parse(document.value), path);
  if (path.length === 0 && value === null) return nothing;
  const { kind, items } = isMap(value) ? value : {};
  if (String(kind).endsWith("List") && Array.isArray(items))
    return together(items.map((_, index) => readOne(document, [...path, "items", index])));
  if (kind !== "LimitRange") return { ...nothing, problems: [noLimitRange(document, path)] };
  const { data, error } = LimitRange.safeParse(value);
  if (data === undefined) return { ...nothing, problems: shapeProblems(error, path, document) };
  return { limitRanges: [data], problems: badAmounts(data, path, document) };
}

const together = (all: readonly Found[]): Found => ({
  limitRanges: all.flatMap(({ limitRanges }) => limitRanges),
  problems: all.flatMap(({ problems }) => problems),
});

function noLimitRange(document: TextDocument, path: Path): Problem {
  const field = [...path, "kind"];
  const written = document.written(field);
  const message = "is not a kind that is read here; LimitRange is, or a List of them";
  return {
    path: field,
    ...(written === undefined ? {} : { written }),
    message,
    position: document.position(field),
  };
}

function badAmounts({ spec: { limits } }: LimitRange, path: Path, document: TextDocument): Problem[] {
  const fields = limits.flatMap((limit, index) =>
    (["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"] as const).flatMap((kind) =>
      Object.entries(limit[kind] ?? {}).map(([name, amount]) => ({
        field: [...path, "spec", "limits", index, kind, name],
        amount: String(amount),
      })),
    ),
  );
  const bad = fields.filter(({ amount }) => parseQuantity(amount) === undefined);
  return bad.map(({ field, amount }) => ({
    path: field,
    written: document.written(field) ?? amount,
    message: "is not a quantity",
    position: document.position(field),
  }));
}
