import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FileError, unreadable } from "../../adapters/files/file-error.ts";
import { findBelow } from "../../adapters/files/find-below.ts";
import { readPolicyFiles, TEST_FILE } from "../../adapters/files/read-policy-files.ts";
import { type ClusterTier } from "../../policy/cluster-tier.ts";
import { problemsOf } from "../../text/check.ts";
import { readDocument } from "../../text/document.ts";
import { type Problem } from "../../text/problem.ts";
import { InputError } from "../input-error.ts";
import { CaseFile } from "./case-file.ts";
import { gather } from "./gather.ts";
import { PolicyLibrary, type PolicyShelf } from "./policy-library.ts";
import { placed, readCase, type ReadCaseFile } from "./read-case.ts";
import { type PlacedPolicy, type TestCase, type TestSuite } from "./test-suite.ts";

/** What is tested, and by which cases. */
export interface Tests {
  readonly suites: readonly TestSuite[];
  /** Those of the suites, and those of the directories that no suite names. */
  readonly policies: readonly PlacedPolicy[];
}

/** Reads all tests below directories, or in files, and their policies; `now` is when a case does not say it.
 * @throws {InputError} with everything that is wrong
 */
export async function readSuites(paths: readonly string[], tier: ClusterTier, now: number): Promise<Tests> {
  const library = new PolicyLibrary(tier);
  const roots = (await gather(paths.map((path) => () => rootOf(path)))).flat();
  const suites = await gather(
    roots.flatMap(({ directory, files }) =>
      files.map((file) => () => readSuite(file, { directory, library, now })),
    ),
  );
  const besides = await Promise.all(roots.map(({ directory }) => library.glance(directory)));
  return { suites, policies: distinct([...suites.map(({ placed }) => placed), ...besides].flat()) };
}

interface Root {
  /** Whose policies are tested where a file names none. */
  readonly directory: string;
  readonly files: readonly string[];
}

async function rootOf(path: string): Promise<Root> {
  const files = await findBelow(path, TEST_FILE);
  if (files.length === 0)
    throw new InputError([`"${path}" holds no tests; put a file there whose name ends in ${TEST_FILE}`]);
  return { directory: (await isDirectory(path)) ? path : dirname(path), files };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new FileError([unreadable(path, error)]);
  }
}

interface Origin {
  readonly directory: string;
  readonly library: PolicyLibrary;
  readonly now: number;
}

async function readSuite(file: string, { directory, library, now }: Origin): Promise<TestSuite> {
  const source = await readCaseFile(file);
  const { policies: named, cases } = source.content;
  const paths = named?.map((path) => join(dirname(file), path)) ?? [directory];
  const lead = named === undefined ? `names no policies, so that those of ${directory} count: ` : "";
  const found: { shelf?: PolicyShelf | undefined; cases?: TestCase[] } = {};
  await gather([
    async () => {
      [found.shelf] = await gather([() => library.read(paths)], `${file}: ${lead}`);
    },
    async () => {
      found.cases = (await gather(cases.map((_, index) => () => readCase(source, index, now)))).flat();
    },
  ]);
  const { shelf, cases: ready = [] } = found;
  if (shelf === undefined) throw new Error("no policies, and no problem");
  return { file, policies: shelf.policies, placed: shelf.placed, cases: ready };
}

async function readCaseFile(file: string): Promise<ReadCaseFile> {
  const [{ text } = { text: "" }] = await readPolicyFiles([file]);
  const { document, problems } = readDocument(text);
  if (document === undefined) throw new InputError(problems.map((problem) => placed(file, problem)));
  const read = CaseFile.safeParse(document.value);
  if (!read.success)
    throw new InputError(
      problemsOf(read.error, document)
        .toSorted(byPlace)
        .map((problem) => placed(file, problem)),
    );
  return { file, document, content: read.data };
}

function byPlace({ position: a }: Problem, { position: b }: Problem): number {
  const line = (a?.line ?? 0) - (b?.line ?? 0);
  return line === 0 ? (a?.column ?? 0) - (b?.column ?? 0) : line;
}

/** Each policy once, named as a suite names it. */
const distinct = (policies: readonly PlacedPolicy[]): PlacedPolicy[] =>
  [...new Map(policies.toReversed().map((one) => [one.id, one])).values()].toReversed();
