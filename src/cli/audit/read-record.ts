import { type Line } from "../../adapters/files/read-lines.ts";
import { AdmissionReview } from "../../kubernetes/admission-review.ts";
import { Pod } from "../../kubernetes/pod.ts";
import { formatPath, type Path } from "../../text/path.ts";
import { isMap } from "../../text/is-map.ts";
import { valueAt } from "../../text/value-at.ts";
import { InputError } from "../input-error.ts";
import { type ReviewContext } from "../review/admission-body.ts";
import { findPods, type PodPlace } from "../review/pod-places.ts";
import { parseJson } from "../../text/parse-json.ts";
import { tell } from "../terminal.ts";
import { creationOf, requestName } from "./creation-of.ts";
import { type Requested } from "./pod-source.ts";

// Who gave the wrong file need not read of each of its lines.
const MAX_PROBLEMS = 10;

/** A line, and what it asks for. */
export interface RecordedLine {
  readonly line: Line;
  readonly requests: readonly Requested[];
}

/** Reads a record line by line: an AdmissionReview on each, or a Pod, or a list of them.
 * @throws {InputError} with the first few lines that hold none
 */
export async function* readRecord(
  origin: string,
  lines: AsyncIterable<Line>,
  context: ReviewContext,
): AsyncGenerator<RecordedLine> {
  const problems: string[] = [];
  for await (const line of lines) {
    const read = readLine(line, context);
    if ("problems" in read) problems.push(...problemsAt(origin, line, read));
    else if (problems.length === 0) yield { line, requests: read };
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw new InputError(problems);
}

function problemsAt(origin: string, { number, isWhole }: Line, { problems, isNoJson }: Unusable): string[] {
  const place = `${origin}:${number}`;
  if (isWhole || !isNoJson) return problems.map((problem) => `${place}: ${problem}`);
  tell(`${place}: is cut off, as where its writer was stopped; this line is left out`);
  return [];
}

interface Unusable {
  readonly problems: readonly string[];
  readonly isNoJson: boolean;
}

function readLine({ text }: Line, context: ReviewContext): Requested[] | Unusable {
  if (text.trim() === "") return [];
  const value = parseJson(text);
  if (value === undefined)
    return { isNoJson: true, problems: ["is no JSON; a record has an AdmissionReview on each line"] };
  const read = findPods(value).map((place) =>
    "form" in place ? readPlace(place, value, context) : tellPlace(place.path, place.message),
  );
  const problems = read.flatMap((one) => (typeof one === "string" ? [one] : []));
  if (problems.length > 0) return { isNoJson: false, problems };
  return read.flatMap((one) => (typeof one === "string" ? [] : [one]));
}

function readPlace(
  { form, path, owner }: PodPlace,
  value: unknown,
  context: ReviewContext,
): Requested | string {
  if (form === "review") return readReview(owner);
  const object = valueAt(value, path);
  const { error } = Pod.safeParse(object);
  if (error !== undefined) return tellIssue(error.issues, path);
  // It was just seen to be one.
  const pod = object as Pod;
  return creationOf(pod, {
    ...context,
    namespace: pod.metadata?.namespace ?? namespaceOf(owner) ?? context.namespace,
  });
}

function readReview(owner: Readonly<Record<string, unknown>>): Requested | string {
  const { data, error } = AdmissionReview.safeParse(owner);
  if (data === undefined) return tellIssue(error.issues, []);
  return { name: requestName(data.request), request: data.request };
}

function namespaceOf({ metadata }: Readonly<Record<string, unknown>>): string | undefined {
  const namespace = isMap(metadata) ? metadata["namespace"] : undefined;
  return typeof namespace === "string" ? namespace : undefined;
}

const tellPlace = (path: Path, message: string): string =>
  path.length === 0 ? message : `${formatPath(path)}: ${message}`;

function tellIssue(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  base: Path,
): string {
  const { path, message } = issues[0] ?? { path: [], message: "is not what Kubernetes has there" };
  const inner = path.map((step) => (typeof step === "number" ? step : String(step)));
  return tellPlace([...base, ...inner], message);
}
