import { type Command, InvalidArgumentError, Option } from "commander";

import { matchesGlob } from "../kubernetes/glob.ts";
import { nearest } from "../text/nearest.ts";
import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { parseMoment } from "./moment.ts";
import { addPolicyConfigMap, ownNamespace } from "./policy-sources.ts";
import { print } from "./terminal.ts";
import { type OutputName, outputs } from "./test/outputs/table.ts";
import { readSuites } from "./test/read-suites.ts";
import { reportOn } from "./test/report-on.ts";
import { runSuites } from "./test/run-suites.ts";
import { type TestSuite } from "./test/test-suite.ts";

const AFTER_HELP = `
Tests are files whose names end in .test.yaml, at any depth below a directory.
Each case has a Pod, or only what its step asks, and what is expected of the
decision: fields of the Pod as it runs, findings, a denial. Policies in audit
mode are tested as if they were enforced. docs/testing-policies.md shows how,
docs/reference/tests.md has every word.

Which policies: those that a file names under policies, else those directly in
the directory that is tested.

A rule is touched where the decision about any case names it: for a field that
it wrote or found right, or in what it told.

Exit codes: 0 all cases pass, 1 any fails, or fewer rules are touched than
--min-coverage demands, 2 the tests or the policies must be mended, 70 a defect
of Podpecker.

Examples:
  podpecker test policies/
  podpecker test policies/ --coverage --min-coverage 80
  podpecker test policies/ --filter "*privileged*"
  podpecker test policies/ --output junit > podpecker.xml`;

interface TestOptions {
  readonly filter?: string;
  readonly bail?: true;
  readonly coverage?: true;
  readonly minCoverage?: number;
  readonly at?: number;
  readonly policyNamespace: string;
  readonly policyConfigmap?: readonly string[];
  readonly output: OutputName;
}

/** `podpecker test`: whether policies do what their admin means them to. */
export function defineTest(command: Command): void {
  command
    .argument("<path...>", "directories with policies and tests, or files with tests")
    .option("--filter <name>", "run cases with such a name only; a part of it, or a pattern with *")
    .option("--bail", "stop at the first case that fails")
    .option("--coverage", "list the rules that no case touches")
    .option("--min-coverage <percent>", "fail where cases touch fewer of the rules", parsePercent)
    .option("--at <time>", "decide as at that time where a case does not say it", parseMoment)
    .addOption(ownNamespace("--policy-namespace <name>"));
  addPolicyConfigMap(command)
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(test);
}

async function test(paths: readonly string[], options: TestOptions): Promise<void> {
  const { filter, bail, coverage, minCoverage: minimum, at = Date.now(), output } = options;
  assertWhole(options);
  const tier = { namespace: options.policyNamespace, promoted: options.policyConfigmap ?? [] };
  const { suites, policies } = await readSuites(paths, tier, at);
  const chosen = filter === undefined ? suites : filtered(suites, filter);
  const run = runSuites(chosen, { isBailing: bail === true });
  const report = reportOn(chosen, run, filter === undefined ? { policies, minimum } : {});
  print(outputs[output](report, { listsUntouched: coverage === true }));
  if (!report.passed) process.exitCode = EXIT.denied;
}

/** Of a part of the cases nobody can say what all of them touch. */
function assertWhole({ filter, coverage, minCoverage }: TestOptions): void {
  if (filter !== undefined && (coverage === true || minCoverage !== undefined))
    throw new InputError([
      "podpecker: --coverage and --min-coverage are about all cases; leave out --filter",
    ]);
}

function filtered(suites: readonly TestSuite[], filter: string): TestSuite[] {
  const pattern = filter.includes("*") ? filter : `*${filter}*`;
  const isMeant = ({ name }: { readonly name: string }): boolean =>
    matchesGlob(pattern.toLowerCase(), name.toLowerCase());
  const chosen = suites
    .map((suite) => ({ ...suite, cases: suite.cases.filter(isMeant) }))
    .filter(({ cases }) => cases.length > 0);
  if (chosen.length > 0) return chosen;
  const names = suites.flatMap(({ cases }) => cases.map(({ name }) => name));
  const near = nearest(filter, names) ?? names[0] ?? "";
  throw new InputError([
    `podpecker: no case is called like ${JSON.stringify(filter)}; there is, for one, ${JSON.stringify(near)}`,
  ]);
}

function parsePercent(text: string): number {
  if (!/^(100|[1-9]?[0-9])$/.test(text))
    throw new InvalidArgumentError("It must be a whole number from 0 to 100.");
  return Number(text);
}
