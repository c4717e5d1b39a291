import { type Command, InvalidArgumentError, Option } from "commander";

import { nearest } from "../text/nearest.ts";
import { describeProblem } from "../text/problem.ts";
import { harmless, quote } from "../text/quote.ts";
import { readWorkflow, type WorkflowReading } from "../workflow/read-workflow.ts";
import { type PipelineFacts } from "../workflow/variables.ts";
import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { parseMoment } from "./moment.ts";
import { addPolicyConfigMap, collect, ownNamespace } from "./policy-sources.ts";
import { fateOf } from "./preview/fate.ts";
import { pipelineFacts, type PipelineOptions } from "./preview/pipeline-facts.ts";
import { type OutputName, outputs } from "./preview/outputs/table.ts";
import { tellBeside } from "./preview/tell-beside.ts";
import { axisLabel, previewRun } from "./preview/preview-steps.ts";
import { type Previewed } from "./preview/previewed.ts";
import { readWorkflowFiles, workflowName } from "./preview/workflow-files.ts";
import { decideHere, type OfflineOptions } from "./review/decide-here.ts";
import { type Reviewer } from "./review/verdict.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
What is previewed: Woodpecker workflows, files or directories of them, - for
standard input; without any .woodpecker/, .woodpecker.yaml or .woodpecker.yml,
whichever is there. A Pod is made of each step, of clone and services too, once
for each combination of a matrix, and decided about as the webhook would.

Outputs:
  text       a table for each step: field, asked, given, rule; then findings
  explain    the same at length, as podpecker review has it
  json       all of it (podpecker schema preview has its form)
  pods       the Pods as they would run, YAML
  bare-pods  the Pods as they would be created, for podpecker review

Of the pipeline nothing is known but what is said here: policies may match on
--repo, --event and --branch, and \${CI_…} in a workflow stands for them. Who
creates the Pods is not guessed: --user says it.

Exit codes: 0 every step may run, 1 a step's Pod is denied, 2 a workflow, a
policy or the options must be mended, 70 a defect of Podpecker.

Examples:
  podpecker preview --policy policies/
  podpecker preview .woodpecker/build.yaml --policy acme.yaml --event push \\
    --branch main --repo acme/app
  podpecker preview --policy policies/ --step build --output explain
  podpecker preview --policy policies/ --output bare-pods | podpecker review \\
    --policy policies/new.yaml`;

interface PreviewOptions extends OfflineOptions, PipelineOptions {
  readonly namespace: string;
  readonly user?: string;
  readonly at?: number;
  readonly step?: readonly string[];
  readonly output: OutputName;
}

/** `podpecker preview`: what the steps of a workflow would get, before it runs anywhere. */
export function definePreview(command: Command): void {
  const policy = new Option("--policy <path>", "a file or directory with policies; repeatable");
  command
    .argument("[workflow...]", "what to preview; - is standard input")
    .addOption(policy.argParser(collect).makeOptionMandatory())
    .option("-n, --namespace <name>", "the namespace in which steps run", "woodpecker")
    .option("--user <name>", "who creates the Pods, for policies that match on it")
    .option("--step <name>", "only the steps of this name; repeatable", collect)
    .option("--repo <owner/name>", "the repository", parseRepo)
    .option("--repo-id <number>", "the repository's number in Woodpecker", parseNumber)
    .option("--event <name>", "what the pipeline runs for: push, tag, pull_request, …")
    .option("--branch <name>", "the branch of the commit")
    .option("--default-branch <name>", "the repository's default branch")
    .option("--platform <os/arch>", "the platform of the agent, such as linux/arm64")
    .option(
      "--env <NAME=value>",
      "a variable that the server sets, CI_… or its own; repeatable",
      collectVariable,
    )
    .option(
      "--at <time>",
      "decide as at that time, for policies that end; a day is its beginning",
      parseMoment,
    )
    .addOption(ownNamespace("--policy-namespace <name>"));
  addPolicyConfigMap(command)
    .option("--limit-range <path>", "a file or directory with LimitRanges that count; repeatable", collect)
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("text"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(preview);
}

async function preview(names: readonly string[], options: PreviewOptions): Promise<void> {
  const { namespace, user, output, at: now = Date.now() } = options;
  const read = await readWorkflows(names, pipelineFacts(options));
  const { review, tellPolicies } = await decideHere(options, now);
  const chosen = chosenSteps(read, options.step);
  const previewed = await previewAll(chosen, { context: { namespace, user }, review });
  print(outputs[output](previewed));
  if (output !== "text" && output !== "json") tellBeside(previewed, output);
  tellPolicies(previewed.steps.map(({ reviewed }) => reviewed));
  if (previewed.steps.some((step) => fateOf(step) === "denied")) process.exitCode = EXIT.denied;
}

interface ReadWorkflow extends WorkflowReading {
  readonly file: string;
}

/** @throws {InputError} with everything that is wrong with any of the workflows */
async function readWorkflows(names: readonly string[], facts: PipelineFacts): Promise<ReadWorkflow[]> {
  const files = await readWorkflowFiles(names);
  const read = files.map(({ path, text }) => ({
    file: path,
    ...readWorkflow(workflowName(path), text, facts),
  }));
  const problems = read.flatMap(({ file, problems: told }) =>
    told.map((problem) => {
      const { line, column } = problem.position ?? { line: 1, column: 1 };
      return `${harmless(file)}:${line}:${column}: ${describeProblem(problem)}`;
    }),
  );
  if (problems.length > 0) throw new InputError(problems);
  return read;
}

/** @throws {InputError} when a name is that of no step */
function chosenSteps(
  read: readonly ReadWorkflow[],
  names: readonly string[] | undefined,
): readonly ReadWorkflow[] {
  if (names === undefined) return read;
  const known = [...new Set(read.flatMap(({ runs }) => runs.flatMap(namesOf)))];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new InputError(
      unknown.map((name) => `podpecker: there is no step ${quote(name)}; ${hint(name, known)}`),
    );
  return read.map((workflow) => ({
    ...workflow,
    runs: workflow.runs.map((run) => ({
      ...run,
      steps: run.steps.filter(({ step }) => names.includes(step.name)),
      skipped: run.skipped.filter(({ name }) => names.includes(name)),
    })),
  }));
}

const namesOf = ({ steps, skipped }: WorkflowReading["runs"][number]): string[] => [
  ...steps.map(({ step }) => step.name),
  ...skipped.map(({ name }) => name),
];

function hint(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `there are ${known.map(quote).join(", ")}` : `did you mean ${quote(near)}?`;
}

async function previewAll(
  read: readonly ReadWorkflow[],
  how: {
    readonly context: { readonly namespace: string; readonly user: string | undefined };
    readonly review: Reviewer;
  },
): Promise<Previewed> {
  const runs = read.flatMap(({ file, runs: ofFile }) => ofFile.map((run) => ({ file, run })));
  const steps = [];
  for (const { file, run } of runs) steps.push(...(await previewRun(file, run, how)));
  return {
    steps,
    skipped: runs.flatMap(({ file, run }) =>
      run.skipped.map(({ name }) => ({ file, title: `${name}${axisLabel(run.axis)}` })),
    ),
    notes: read.flatMap(({ file, notes }) => notes.map((note) => ({ ...note, file }))),
  };
}

function parseRepo(text: string): string {
  if (!/^[^/\s]+(?:\/[^/\s]+)+$/.test(text)) throw new InvalidArgumentError("It must be OWNER/NAME.");
  return text;
}

function parseNumber(text: string): string {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return text;
}

function collectVariable(text: string, earlier?: readonly string[]): string[] {
  if (!/^[\p{L}_][\p{L}\p{Nd}_]*=/u.test(text)) throw new InvalidArgumentError("It must be NAME=VALUE.");
  return collect(text, earlier);
}
