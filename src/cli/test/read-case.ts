import { dirname, join } from "node:path";

import { readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { Pod } from "../../kubernetes/pod.ts";
import { type ReviewFacts } from "../../policy/match.ts";
import { type TextDocument } from "../../text/document.ts";
import { formatPath } from "../../text/path.ts";
import { describeProblem, type Problem } from "../../text/problem.ts";
import { InputError } from "../input-error.ts";
import { shapeProblems } from "../review/pod-problems.ts";
import { readLimitRanges } from "../review/read-limit-ranges.ts";
import { readManifests } from "../review/read-manifests.ts";
import { type Case, type CaseFile } from "./case-file.ts";
import { casePod, withDefaults } from "./case-pod.ts";
import { gather } from "./gather.ts";
import { type TestCase } from "./test-suite.ts";

/** A file with cases that was read. */
export interface ReadCaseFile {
  readonly file: string;
  readonly document: TextDocument;
  readonly content: CaseFile;
}

/** Reads what a case names and makes it ready to be decided about; `now` is when a case does not say it.
 * @throws {InputError} with everything that is wrong
 */
export async function readCase(source: ReadCaseFile, index: number, now: number): Promise<TestCase[]> {
  const { content, document } = source;
  const case_ = content.cases[index];
  if (case_ === undefined) return [];
  const pod = casePod(await readPod(source, index, case_), case_);
  const namespace = namespaceOf(source, index, pod);
  const limitRanges = await readLimits(source, case_.limitRanges ?? content.limitRanges, namespace);
  const facts: ReviewFacts = {
    namespace,
    user: case_.user ?? content.user,
    now: case_.at ?? content.at ?? now,
    limitRanges,
  };
  const { name, expect } = case_;
  return [{ name, position: document.position(["cases", index]), pod, facts, expect }];
}

/** A problem with a part of a file, as a compiler would print it. */
export function placed(file: string, problem: Problem): string {
  const { line, column } = problem.position ?? { line: 1, column: 1 };
  return `${file}:${line}:${column}: ${describeProblem(problem)}`;
}

async function readPod(source: ReadCaseFile, index: number, { pod = {} }: Case): Promise<Pod> {
  const path = ["cases", index, "pod"];
  if (typeof pod !== "string") return readFragment(source, path, pod);
  const { line, column } = source.document.position(path);
  const [found] = await gather(
    [() => readManifest(join(dirname(source.file), pod))],
    `${source.file}:${line}:${column}: ${formatPath(path)}: `,
  );
  if (found === undefined) throw new Error("no Pod, and no problem");
  return found;
}

function readFragment({ file, document }: ReadCaseFile, path: (string | number)[], fragment: object): Pod {
  const read = Pod.safeParse(withDefaults({ ...fragment }));
  if (read.success) return read.data;
  throw new InputError(shapeProblems(read.error, path, document).map((problem) => placed(file, problem)));
}

async function readManifest(path: string): Promise<Pod> {
  const manifests = readManifests(await readPolicyFiles([path]), { namespace: "", user: undefined });
  const pods = manifests.flatMap(({ subjects }) => subjects.map(({ pod }) => pod));
  if (pods.length !== 1) throw new InputError([`${path}: holds ${pods.length} Pods; a case is about one`]);
  const read = Pod.safeParse(pods[0]);
  if (!read.success) throw new InputError([`${path}: holds a review of something else than a Pod`]);
  return read.data;
}

/** A Pod lies in one namespace. */
function namespaceOf({ file, document, content }: ReadCaseFile, index: number, { metadata }: Pod): string {
  const own = metadata?.namespace;
  const said = content.cases[index]?.namespace;
  if (own === undefined || said === undefined || own === said)
    return own ?? said ?? content.namespace ?? "default";
  const path = ["cases", index, "namespace"];
  const message = `is not the namespace that the Pod names, which is ${own}; leave it out`;
  throw new InputError([placed(file, { path, written: said, message, position: document.position(path) })]);
}

async function readLimits(
  { file }: ReadCaseFile,
  paths: readonly string[] | undefined,
  namespace: string,
): Promise<ReviewFacts["limitRanges"]> {
  if (paths === undefined) return undefined;
  const files = await readPolicyFiles(paths.map((path) => join(dirname(file), path)));
  return readLimitRanges(files, { namespace }).get(namespace) ?? [];
}
