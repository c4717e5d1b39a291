import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import { FileError } from "../../adapters/files/file-error.ts";
import { findFiles } from "../../adapters/files/find-files.ts";
import { type Line, readFileLines, readLines } from "../../adapters/files/read-lines.ts";
import { type PolicyFile, readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { AdmissionReview } from "../../kubernetes/admission-review.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { isMap } from "../../text/is-map.ts";
import { InputError } from "../input-error.ts";
import { type ReviewContext } from "../review/admission-body.ts";
import { readManifests } from "../review/read-manifests.ts";
import { type Subject } from "../review/subject.ts";
import { parseJson } from "../../text/parse-json.ts";
import { creationOf, requestName } from "./creation-of.ts";
import { type PodSource, type Requested } from "./pod-source.ts";
import { readRecord } from "./read-record.ts";

const RECORD = /\.(jsonl|ndjson)$/i;

const POD_FILES = {
  pattern: /\.(ya?ml|json|jsonl|ndjson)$/i,
  noneThere: "holds no file with Pods; put a file ending in .yaml, .yml, .json or .jsonl there",
};

const STANDARD_INPUT = "standard input";

/** Opens files with Pods: manifests as `podpecker review` reads them, and records, a review a line, which may be longer than
 * memory; `-` is standard input, as no name at all.
 * @throws {FileError | InputError} with everything that cannot be read; of records when they are
 */
export async function openFiles(
  names: readonly string[],
  context: ReviewContext,
): Promise<Pick<PodSource, "requests" | "fraction">> {
  const files = await filesOf(names.filter((name) => name !== "-"));
  const records = await Promise.all(files.filter((file) => RECORD.test(file)).map(sizedOf));
  const texts = await readPolicyFiles(files.filter((file) => !RECORD.test(file)));
  const input = names.length === 0 || names.includes("-") ? await openInput() : undefined;
  if (input !== undefined && "text" in input) texts.push(input);
  const subjects = readTexts(texts, context);
  const piped = input !== undefined && "lines" in input ? [input] : [];
  const opened = [
    ...records.map(({ path, size }) => ({ path, size, lines: readFileLines(path) })),
    ...piped.map(({ lines }) => ({ path: STANDARD_INPUT, size: undefined, lines })),
  ];
  return readAll(subjects, opened, context);
}

interface OpenedRecord {
  readonly path: string;
  readonly size: number | undefined;
  readonly lines: AsyncIterable<Line>;
}

function readAll(
  subjects: readonly Subject[],
  records: readonly OpenedRecord[],
  context: ReviewContext,
): Pick<PodSource, "requests" | "fraction"> {
  // A Pod in a manifest weighs as much as a typical one on a line.
  const weight = 4096;
  const sizes = records.map(({ size }) => size);
  let before = 0;
  let done = 0;
  async function* requests(): AsyncGenerator<Requested> {
    for (const subject of subjects) {
      yield requestOf(subject, context);
      done = before += weight;
    }
    for (const { path, lines } of records) {
      for await (const { line, requests: some } of readRecord(path, lines, context)) {
        done = before + line.bytes;
        yield* some;
      }
      before = done;
    }
  }
  const total = sizes.reduce((sum: number | undefined, size) => plus(sum, size), subjects.length * weight);
  return { requests: requests(), fraction: () => (total === undefined ? undefined : done / total) };
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

async function filesOf(names: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  const found = await findFiles(names, POD_FILES, problems);
  if (problems.length > 0) throw new FileError([...new Set(problems)]);
  return [...new Map(found.map((file) => [resolve(file), file])).values()];
}

const sizedOf = async (path: string): Promise<{ path: string; size: number }> => ({
  path,
  size: (await stat(path)).size,
});

/** Manifests, whose problems are told all at once. */
function readTexts(texts: readonly PolicyFile[], context: ReviewContext): Subject[] {
  return texts.length === 0 ? [] : readManifests(texts, context).flatMap(({ subjects }) => subjects);
}

function requestOf(subject: Subject, { user }: ReviewContext): Requested {
  const { form, pod, body, namespace, title } = subject;
  if (form === "review") {
    const { request } = AdmissionReview.parse(JSON.parse(body));
    return { name: requestName(request), request };
  }
  // Its shape was looked at when it was read.
  const creation = creationOf(pod as Pod, { namespace, user });
  return form === "pod" ? creation : { ...creation, name: `${namespace}/${title}` };
}

type Input = { readonly lines: AsyncIterable<Line> } | PolicyFile;

/** A record says so by its first line that is not blank, which is JSON by itself. */
async function openInput(): Promise<Input> {
  if (process.stdin.isTTY)
    throw new InputError([
      "podpecker: there is nothing to look at; name files, pipe Pods into it, or add --cluster",
    ]);
  const lines = asText(readLines(process.stdin));
  const texts: string[] = [];
  let first = await lines.next();
  for (; first.done !== true && first.value.text.trim() === ""; first = await lines.next())
    texts.push(first.value.text);
  if (first.done === true) return { path: STANDARD_INPUT, text: "" };
  if (isMap(parseJson(first.value.text))) return { lines: afterFirst(first.value, lines) };
  texts.push(first.value.text);
  for await (const { text } of lines) texts.push(text);
  return { path: STANDARD_INPUT, text: texts.join("\n") };
}

async function* afterFirst(first: Line, others: AsyncIterable<Line>): AsyncGenerator<Line> {
  yield first;
  yield* others;
}

async function* asText(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError([`${STANDARD_INPUT}: is not UTF-8 text; save it as UTF-8`]);
  }
}
