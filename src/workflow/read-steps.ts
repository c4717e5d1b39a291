import { type TextDocument } from "../text/document.ts";
import { isMap } from "../text/is-map.ts";
import { nearest } from "../text/nearest.ts";
import { Numeric } from "../text/numeric.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { asText } from "../text/schema.ts";
import { valueAt } from "../text/value-at.ts";
import { readLeniently } from "./lenient.ts";
import { isPlugin, StepEntry } from "./step-entry.ts";
import { type Step, type StepKind } from "./step.ts";
import { type WorkflowDocument } from "./workflow-document.ts";

/** The steps of a workflow in the order in which they run, and what is wrong with them or worth a word. */
export interface StepsReading {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

// What Woodpecker's server puts before the steps of a workflow that says nothing about cloning, if it was told nothing else.
// https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/shared/constant/constant.go
const CLONE_IMAGE = "docker.io/woodpeckerci/plugin-git:2.10.0";

/** What is wrong with a workflow that does nothing. */
export const noSteps: Problem = {
  path: ["steps"],
  message: "are missing: a workflow has steps, a list of maps with a name and an image",
};

/** Reads the steps of cloning, the services and the steps of a workflow. `event` is what the pipeline runs for, if that is known. */
export function readSteps(
  workflow: WorkflowDocument,
  document: TextDocument,
  event: string | undefined,
): StepsReading {
  const steps = readList(document, "steps", "commands");
  const parts = [readClone(workflow, document, event), readList(document, "services", "service"), steps];
  const problems = [
    ...parts.flatMap((part) => part.problems),
    ...(workflow.steps === undefined || workflow.steps === null
      ? [{ ...noSteps, position: document.position([]) }]
      : []),
    ...unknownDependencies(steps.steps),
    ...parts.flatMap((part) => part.steps.flatMap(contradictions)),
  ];
  return { steps: parts.flatMap((part) => part.steps), problems, notes: parts.flatMap((part) => part.notes) };
}

function readClone(
  workflow: WorkflowDocument,
  document: TextDocument,
  event: string | undefined,
): StepsReading {
  const read = readList(document, "clone", "clone");
  if (workflow.skip_clone === true) return { ...read, steps: [] };
  if (read.steps.length > 0 || read.problems.length > 0) return read;
  const settings = { depth: "0", ...(event === "tag" ? { tags: "true" } : {}) };
  const entry = StepEntry.parse({ image: CLONE_IMAGE, settings });
  return { ...read, steps: [{ name: "clone", kind: "clone", entry, path: [], document }] };
}

function readList(document: TextDocument, section: string, kind: StepKind): StepsReading {
  const list = valueAt(document.value, [section]) ?? [];
  if (Array.isArray(list))
    return joined(list.map((_, index) => readStep([section, index], `step-${index}`, { document, kind })));
  if (isMap(list) && !(list instanceof Numeric))
    return joined(Object.keys(list).map((name) => readStep([section, name], name, { document, kind })));
  return { steps: [], problems: [wrong(document, [section], "is not a list of steps")], notes: [] };
}

function joined(read: readonly StepsReading[]): StepsReading {
  return {
    steps: read.flatMap(({ steps }) => steps),
    problems: read.flatMap(({ problems }) => problems),
    notes: read.flatMap(({ notes }) => notes),
  };
}

interface Surroundings {
  readonly document: TextDocument;
  readonly kind: StepKind;
}

function readStep(path: Path, called: string, { document, kind }: Surroundings): StepsReading {
  const { value: entry, problems, notes } = readLeniently(StepEntry, document, path);
  if (entry === undefined) return { steps: [], problems, notes };
  const { name = called } = entry;
  const own = kind === "commands" && isPlugin(entry) ? "plugin" : kind;
  return { steps: [{ name, kind: own, entry, path, document }], problems, notes };
}

/** What the server refuses because a step is either a plugin or a script. */
function contradictions({ entry, path, document }: Step): Problem[] {
  const { settings = {}, commands = [], entrypoint = [] } = entry;
  if (Object.keys(settings).length === 0) return [];
  const scripts = { commands, entrypoint };
  return Object.entries(scripts)
    .filter(([, words]) => words.length > 0)
    .map(([key]) => ({
      path: [...path, key],
      message: "is beside settings, which are for plugins; Woodpecker takes only one of them",
      position: document.keyPosition([...path, key]),
    }));
}

function unknownDependencies(steps: readonly Step[]): Problem[] {
  const names = steps.map(({ name }) => name);
  return steps.flatMap(({ entry, path, document }) =>
    dependenciesOf(entry.depends_on)
      .filter(({ name, isOptional }) => !isOptional && !names.includes(name))
      .map(({ name, inner }) => {
        const near = nearest(name, names);
        const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${quote(near)}?`;
        return wrong(document, [...path, "depends_on", ...inner], `is the name of no step here; ${hint}`);
      }),
  );
}

interface Dependency {
  readonly name: string;
  readonly isOptional: boolean;
  readonly inner: Path;
}

function dependenciesOf(value: unknown): Dependency[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item, index): Dependency[] => {
    const inner = Array.isArray(value) ? [index] : [];
    const name = asText(isMap(item) && !(item instanceof Numeric) ? item["name"] : item);
    return name === undefined ? [] : [{ name, inner, isOptional: isMap(item) && item["optional"] === true }];
  });
}

function wrong(document: TextDocument, path: Path, message: string): Problem {
  const written = document.written(path);
  const position = document.position(path);
  return { path, message, position, ...(written === undefined ? {} : { written }) };
}
