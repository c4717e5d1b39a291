import { readDocument, type TextDocument } from "../text/document.ts";
import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { valueAt } from "../text/value-at.ts";
import { readLeniently } from "./lenient.ts";
import { type Axis, readMatrix } from "./matrix.ts";
import { isDeeperThan, withMerges } from "./merge-keys.ts";
import { createRuler, relocated } from "./positions.ts";
import { noSteps, readSteps } from "./read-steps.ts";
import { createStepPod, type StepPod } from "./step-pod.ts";
import { type Step } from "./step.ts";
import { stepNotes, workflowNotes } from "./notes.ts";
import { substitute, type Substitution } from "./substitute.ts";
import {
  isOfPipeline,
  PIPELINE_VARIABLES,
  type PipelineFacts,
  STAND_IN,
  substitutionVariables,
} from "./variables.ts";
import { isRuledOut } from "./when.ts";
import { WorkflowDocument } from "./workflow-document.ts";

/** One run of a workflow: all of it, or one combination of its matrix. */
export interface Run {
  readonly axis: Axis;
  readonly steps: readonly StepPod[];
  /** Steps that do not run for the event and the branch that are known. */
  readonly skipped: readonly Step[];
}

/** What a workflow comes to. With problems there are no runs. */
export interface WorkflowReading {
  readonly runs: readonly Run[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

// Some hundred times what people write.
const MAX_TEXT = 256 * 1024;
const MAX_TOKENS = 100_000;
const MAX_LEVELS = 64;

/** Reads a workflow as Woodpecker's server would, and makes the Pods of its steps as an agent would. */
export function readWorkflow(name: string, text: string, facts: PipelineFacts): WorkflowReading {
  if (text.length > MAX_TEXT)
    return failed([{ path: [], message: `is ${text.length} characters long; ${MAX_TEXT} are read at most` }]);
  // The matrix is read before anything is replaced: what it says is what other references stand for.
  const raw = read(text);
  if ("problems" in raw) return failed(raw.problems);
  const matrix = readMatrix(raw.document, valueAt(raw.document.value, ["matrix"]));
  if (matrix.problems.length > 0) return failed(matrix.problems);
  const parts = matrix.axes.map((axis, index) =>
    readRun(text, { name, facts, axis, number: matrix.axes.length === 1 ? 0 : index + 1 }),
  );
  const problems = distinct(parts.flatMap((part) => part.problems));
  const notes = distinct([...matrix.notes, ...parts.flatMap((part) => part.notes)]);
  return { runs: problems.length > 0 ? [] : parts.flatMap((part) => part.runs), problems, notes };
}

const failed = (problems: readonly Problem[]): WorkflowReading => ({ runs: [], problems, notes: [] });

interface RunContext {
  readonly name: string;
  readonly facts: PipelineFacts;
  readonly axis: Axis;
  readonly number: number;
}

function readRun(text: string, { name, facts, axis, number }: RunContext): WorkflowReading {
  const substitution = substitute(text, substitutionVariables(facts, axis));
  const before = createRuler(text);
  const told = substitution.problems.map(({ message, offset }) => ({
    path: [],
    message,
    position: before.positionOf(offset),
  }));
  if (told.length > 0) return failed(told);
  const after = createRuler(substitution.text);
  const move = (position: { line: number; column: number }): Problem["position"] & object =>
    before.positionOf(substitution.originOf(after.offsetOf(position)));
  const reading = read(substitution.text);
  if ("problems" in reading)
    return failed(
      reading.problems.map((problem) =>
        problem.position === undefined ? problem : { ...problem, position: move(problem.position) },
      ),
    );
  const part = readPods(relocated(reading.document, move), { name, facts, axis, number });
  return { ...part, notes: [...part.notes, ...unknownVariables(substitution, before)] };
}

function readPods(document: TextDocument, { name, facts, axis, number }: RunContext): WorkflowReading {
  const { value: workflow, problems, notes } = readLeniently(WorkflowDocument, document, []);
  if (workflow === undefined) return { runs: [], problems, notes };
  const event = facts.variables.get(PIPELINE_VARIABLES.event);
  const read = readSteps(workflow, document, event);
  const variables = withPlatform(facts.variables, workflow.labels);
  const setting = {
    facts: { ...facts, variables, axis },
    workspace: workflow.workspace ?? {},
    number,
    workflow: name,
  };
  const isSkipped = isRuledOut(workflow.when, variables);
  const skipped = read.steps.filter(({ entry }) => isSkipped || isRuledOut(entry.when, variables));
  const steps = read.steps
    .filter((step) => !skipped.includes(step))
    .map((step) => createStepPod(step, setting));
  return {
    runs: [{ axis, steps, skipped }],
    problems: [...problems, ...read.problems],
    notes: [
      ...notes,
      ...read.notes,
      ...workflowNotes(workflow, document),
      ...read.steps.flatMap(stepNotes),
      ...steps.flatMap((step) => step.notes),
    ],
  };
}

/** A workflow that wants an agent of a platform gets one. */
function withPlatform(
  variables: ReadonlyMap<string, string>,
  labels: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const platform = labels["platform"];
  if (platform === undefined || variables.has(PIPELINE_VARIABLES.platform)) return variables;
  return new Map([...variables, [PIPELINE_VARIABLES.platform, platform]]);
}

function read(text: string): { document: TextDocument } | { problems: readonly Problem[] } {
  const { document, problems } = readDocument(text, { tokens: MAX_TOKENS });
  if (document === undefined) return { problems };
  if (document.value === null) return { problems: [noSteps] };
  if (isDeeperThan(document.value, MAX_LEVELS))
    return { problems: [{ path: [], message: "is nested too deeply to be read" }] };
  return { document: withMerges(document) };
}

function unknownVariables({ unknown }: Substitution, ruler: ReturnType<typeof createRuler>): Problem[] {
  return [...unknown].map(([name, offset]) => ({
    path: [],
    message: isOfPipeline(name)
      ? `refers to ${name}, which only a pipeline that runs has; ${quote(STAND_IN)} stands for it here, --env ${name}=VALUE says it`
      : `refers to ${name}, which neither the matrix nor --env ${name}=VALUE sets; Woodpecker puts nothing in its place ($$\{${name}} leaves it to the step)`,
    position: ruler.positionOf(offset - 2),
  }));
}

/** What is so in each combination of a matrix is told once; all in the order of the text. */
function distinct(problems: readonly Problem[]): Problem[] {
  const keys = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  const place = ({ position: { line, column } = { line: 1, column: 1 } }: Problem): number =>
    line * 1e6 + column;
  return [...keys.values()].sort((a, b) => place(a) - place(b));
}
