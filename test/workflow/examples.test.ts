import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { decide } from "#src/admission/decide.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { mutations } from "#src/engine/mutations/index.ts";
import { describeProblem } from "#src/text/problem.ts";
import { readWorkflow } from "#src/workflow/read-workflow.ts";
import { type StepPod } from "#src/workflow/step-pod.ts";
import { FACTS, readExamplePolicy } from "#test/examples/examples.ts";

const EXAMPLES = join(import.meta.dirname, "../../manifests/examples/workflows");
const GOLDEN = join(import.meta.dirname, "golden");
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";
const workflows = readdirSync(EXAMPLES).map((file) => basename(file, ".yaml"));
const policies = ["agent", "hardened", "small"];

// What the command line would say of a push to the main branch of a repository.
const PUSH = new Map([
  ["CI", "woodpecker"],
  ["CI_REPO", "acme/app"],
  ["CI_REPO_NAME", "app"],
  ["CI_PIPELINE_EVENT", "push"],
  ["CI_COMMIT_BRANCH", "main"],
]);

const readExample = (name: string) =>
  readWorkflow(name, readFileSync(join(EXAMPLES, `${name}.yaml`), "utf8"), { variables: PUSH, repoId: "42" });

describe.each(workflows)("workflow %s", (name) => {
  const { runs, problems, notes } = readExample(name);

  it("comes to the Pods of its golden file", () => {
    expect(problems).toEqual([]);
    expectGolden(join(GOLDEN, "pods", `${name}.yaml`), {
      notes: notes.map((note) => `${place(note.position)} ${describeProblem(note)}`),
      runs: runs.map(({ axis, steps, skipped }) => ({
        axis: Object.fromEntries(axis),
        skipped: skipped.map((step) => step.name),
        pods: steps.map(({ step, pod }) => ({ of: step.kind, ...withReadableScript(pod) })),
      })),
    });
  });

  it.each(policies)("gets of the policy %s what its golden file says", (policy) => {
    const set = readExamplePolicy(policy);

    const given = runs.flatMap(({ axis, steps }) => steps.map((step) => decideStep(step, axis, set)));

    expectGolden(join(GOLDEN, policy, `${name}.yaml`), given);
  });
});

it("has an example of every option", () => {
  const texts = workflows.map((name) => readFileSync(join(EXAMPLES, `${name}.yaml`), "utf8"));
  // Classes are Podpecker's own, and no example of the backend's.
  const options = Object.entries(mutations).flatMap(([id, { option }]) =>
    option === undefined || id === "resourceClass" ? [] : [id],
  );

  expect(options.length).toBeGreaterThan(10);
  expect(options.filter((id) => !texts.some((text) => new RegExp(`\\b${id}:`).test(text)))).toEqual([]);
});

it("has no golden file without its example", () => {
  const expected = ["pods", ...policies].flatMap((folder) =>
    workflows.map((name) => `${folder}/${name}.yaml`),
  );

  const found = readdirSync(GOLDEN, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("."),
  );

  expect(found.sort()).toEqual(expected.sort());
});

function decideStep(
  { step, pod, placeOf }: StepPod,
  axis: ReadonlyMap<string, string>,
  set: ReturnType<typeof readExamplePolicy>,
): object {
  const { outcome, changes, findings } = decide(pod, FACTS, set);
  return {
    step: [step.name, ...axis.values()].join(" "),
    outcome,
    given: Object.fromEntries(
      changes.map(({ pointer, after, rule }) => [pointer, `${JSON.stringify(after ?? null)} by ${rule}`]),
    ),
    told: findings.map((finding) => {
      const at = finding.position === undefined ? "" : ` at ${place(placeOf(finding.position))}`;
      return `${finding.code}${at}: ${describeFinding(finding)}`;
    }),
  };
}

const place = (position: { line: number; column: number } | undefined): string =>
  `${position?.line ?? "?"}:${position?.column ?? "?"}`;

/** A script in base64 says nothing to who reads a golden file. */
function withReadableScript(pod: StepPod["pod"]): object {
  const [container] = pod.spec.containers;
  const env = container?.env?.map((variable) =>
    variable.name === "CI_SCRIPT"
      ? { ...variable, value: Buffer.from(variable.value ?? "", "base64").toString() }
      : variable,
  );
  return { ...pod, spec: { ...pod.spec, containers: [{ ...container, env }] } };
}

function expectGolden(file: string, seen: unknown): void {
  const plain = JSON.parse(JSON.stringify(seen)) as unknown;
  if (UPDATE) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stringify(plain, { lineWidth: 0 }));
  }
  expect(existsSync(file) ? parse(readFileSync(file, "utf8")) : "no golden file").toEqual(plain);
}
