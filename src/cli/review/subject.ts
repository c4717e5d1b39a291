import { BACKEND_OPTIONS } from "../../engine/annotations.ts";
import { type TextDocument } from "../../text/document.ts";
import { type Path } from "../../text/path.ts";
import { type Position } from "../../text/problem.ts";
import { quote } from "../../text/quote.ts";
import { admissionBody, type ReviewContext } from "./admission-body.ts";
import { legible } from "./to-yaml.ts";
import { isMap } from "../../text/is-map.ts";
import { valueAt } from "../../text/value-at.ts";
import { type PodPlace } from "./pod-places.ts";

/** A Pod to be reviewed. */
export interface Subject {
  /** How the Pod stands there: by itself, as a template, or as what a review is about. */
  readonly form: PodPlace["form"];
  /** `Pod "build"`, `template of Job "build"`. */
  readonly title: string;
  readonly namespace: string;
  /** Where it stands in its manifest. */
  readonly path: Path;
  readonly pod: unknown;
  /** The AdmissionReview, JSON. */
  readonly body: string;
  /** Where in the input a part of the step's options stands; nothing where only the options' own lines are known. */
  readonly placeOf: (position: Position) => string | undefined;
}

/** What is known where a Pod is found. */
export interface Surroundings {
  readonly value: unknown;
  readonly document: TextDocument;
  readonly origin: string;
  readonly context: ReviewContext;
}

/** Makes a subject of a Pod that was found. */
export function subjectOf(place: PodPlace, { value, document, origin, context }: Surroundings): Subject {
  const { path, form, owner } = place;
  const pod = valueAt(value, path);
  const said = namespaceOf(form === "review" ? owner["request"] : owner["metadata"]);
  const namespace = said ?? (form === "review" ? "" : context.namespace);
  const body =
    form === "review"
      ? JSON.stringify(owner)
      : admissionBody(isMap(pod) ? pod : {}, { ...context, namespace });
  return {
    form,
    title: titleOf(place, pod),
    namespace,
    path,
    pod,
    body,
    placeOf: (position) =>
      placeIn(document, [...path, "metadata", "annotations", BACKEND_OPTIONS], { origin, position }),
  };
}

function namespaceOf(holder: unknown): string | undefined {
  const namespace = isMap(holder) ? holder["namespace"] : undefined;
  return typeof namespace === "string" && namespace !== "" ? namespace : undefined;
}

function titleOf({ form, owner }: PodPlace, pod: unknown): string {
  const named = form === "template" ? owner : pod;
  const metadata = isMap(named) ? named["metadata"] : undefined;
  const { name, generateName } = isMap(metadata) ? metadata : {};
  const called = typeof name === "string" ? name : generateName;
  const quoted = typeof called === "string" ? ` ${quote(called)}` : "";
  if (form === "template") return `template of ${String(owner["kind"])}${quoted}`;
  // A review may be of any kind.
  const { kind } = isMap(pod) ? pod : {};
  return `${typeof kind === "string" ? legible(kind) : "Pod"}${quoted}`;
}

/** Lines within a text in quotes are no lines of the file; those of a block are. */
function placeIn(
  document: TextDocument,
  path: Path,
  { origin, position }: { readonly origin: string; readonly position: Position },
): string | undefined {
  const outer = document.inner(path);
  const first = outer({ line: 1, column: 1 });
  const isBlock = outer({ line: 2, column: 1 }).line !== first.line;
  const { line, column } = outer(position);
  return isBlock ? `${origin}:${line}:${column}` : undefined;
}
