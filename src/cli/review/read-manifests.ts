import { AdmissionReview } from "../../kubernetes/admission-review.ts";
import { Pod } from "../../kubernetes/pod.ts";
import { readDocuments, type TextDocument } from "../../text/document.ts";
import { type Path } from "../../text/path.ts";
import { describeProblem, type Problem } from "../../text/problem.ts";
import { json } from "../../text/schema.ts";
import { InputError } from "../input-error.ts";
import { type ReviewContext } from "./admission-body.ts";
import { isMap } from "../../text/is-map.ts";
import { valueAt } from "../../text/value-at.ts";
import { findPods, type PodPlace } from "./pod-places.ts";
import { shapeProblems } from "./pod-problems.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** One document of an input, with the Pods in it. */
export interface Manifest {
  /** The file, and which of its documents where it has several. */
  readonly title: string;
  readonly value: unknown;
  readonly subjects: readonly Subject[];
}

/** Reads manifests from texts; `context` is for Pods that do not say it themselves.
 * @throws {InputError} with everything that holds no Pod or cannot be read
 */
export function readManifests(
  inputs: readonly { readonly path: string; readonly text: string }[],
  context: ReviewContext,
): Manifest[] {
  const read = inputs.flatMap(({ path, text }) => readText(path, text, context));
  const problems = read.flatMap((one) => ("problems" in one ? one.problems : []));
  if (problems.length > 0) throw new InputError(problems);
  const manifests = read.flatMap((one) => ("problems" in one ? [] : [one]));
  if (manifests.every(({ subjects }) => subjects.length === 0)) {
    const where = inputs.map(({ path }) => path).join(", ");
    throw new InputError([`${where}: holds no Pod; there is nothing to review`]);
  }
  return manifests;
}

interface Failure {
  readonly problems: readonly string[];
}

function readText(origin: string, text: string, context: ReviewContext): (Manifest | Failure)[] {
  const readings = readDocuments(text);
  return readings.flatMap((reading, index): (Manifest | Failure)[] => {
    const which = readings.length === 1 ? "" : `document ${index + 1}: `;
    const tell = (problem: Problem): string => describe(problem, origin, which);
    if (reading.document === undefined) return [{ problems: reading.problems.map(tell) }];
    // What stands between two `---` may be nothing.
    if (reading.document.value === null) return [];
    const read = readOne(reading.document, origin, context);
    if ("problems" in read) return [{ problems: read.problems.map(tell) }];
    const title = which === "" ? origin : `${origin} (document ${index + 1})`;
    return [{ ...read, title }];
  });
}

function describe(problem: Problem, origin: string, which: string): string {
  const { position = { line: 1, column: 1 } } = problem;
  return `${origin}:${position.line}:${position.column}: ${which}${describeProblem(problem)}`;
}

type One = Omit<Manifest, "title"> | { readonly problems: readonly Problem[] };

function readOne(document: TextDocument, origin: string, context: ReviewContext): One {
  const value = json.parse(document.value);
  const found = findPods(value);
  const places = found.flatMap((place) => ("form" in place ? [place] : []));
  const problems = found.flatMap((place) =>
    "form" in place ? problemsOf(place, value, document) : [noPod(place, document)],
  );
  if (problems.length > 0) return { problems };
  const subjects = places.map((place) => subjectOf(place, { value, document, origin, context }));
  return isMap(value) && value["kind"] === "AdmissionReview" ? unwrapped(subjects) : { value, subjects };
}

/** Of a review only its object will run: that is what is printed. */
function unwrapped(subjects: readonly Subject[]): Omit<Manifest, "title"> {
  return { value: subjects[0]?.pod, subjects: subjects.map((subject) => ({ ...subject, path: [] })) };
}

function noPod({ path, message }: { path: Path; message: string }, document: TextDocument): Problem {
  const position = document.position(path);
  const written = path.at(-1) === "kind" ? document.written(path) : undefined;
  return written === undefined ? { path, message, position } : { path, message, position, written };
}

/** A review is the webhook's to judge, whatever object it holds; its form must be right all the same. */
function problemsOf({ form, path, owner }: PodPlace, value: unknown, document: TextDocument): Problem[] {
  const isReview = form === "review";
  const read = isReview ? AdmissionReview.safeParse(owner) : Pod.safeParse(valueAt(value, path));
  return read.success ? [] : shapeProblems(read.error, isReview ? path.slice(0, -2) : path, document);
}
