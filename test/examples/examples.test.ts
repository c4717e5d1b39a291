import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { denialMessage } from "#src/admission/respond.ts";
import { APPLIED } from "#src/engine/annotations.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { exampleGoldenFile, exampleNames, FACTS, readExamplePolicy, readExampleStep } from "./examples.ts";

const FOLDER = join(import.meta.dirname, "golden");
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";
const steps = exampleNames("steps");
const policies = exampleNames("policies");

describe.each(policies)("policy %s", (policy) => {
  const set = readExamplePolicy(policy);

  it.each(steps)("decides about the step %s as its golden file says, once for all", (step) => {
    const pod = readExampleStep(step);

    const decision = decide(pod, FACTS, set);

    const seen = JSON.parse(JSON.stringify(shown(decision))) as unknown;
    const file = exampleGoldenFile(policy, step);
    if (UPDATE) write(file, stringify(seen, { lineWidth: 0 }));
    expect(existsSync(file) ? parse(readFileSync(file, "utf8")) : "no golden file").toEqual(seen);
    expect(pod).toEqual(readExampleStep(step));
    expect(decide(decision.pod, FACTS, set).pod).toEqual(decision.pod);
  });
});

it("has no golden file without its example", () => {
  const expected = policies.flatMap((policy) => steps.map((step) => join(policy, `${step}.yaml`)));

  const found = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("."),
  );

  expect(found.sort()).toEqual(expected.sort());
});

/** What people see of a decision: the Pod without the note about itself, which the changes say already. */
function shown(decision: Decision): Record<string, unknown> {
  const { outcome, findings, changes, pod } = decision;
  if (outcome === "malformed" || outcome === "refused") return { outcome, message: denialMessage(decision) };
  return {
    outcome,
    ...(findings.length === 0
      ? {}
      : { findings: findings.map((finding) => `${finding.code}: ${describeFinding(finding)}`) }),
    ...(changes.length === 0 ? {} : { changes }),
    pod: withoutNote(pod),
  };
}

function withoutNote(pod: Pod): unknown {
  const annotations = Object.entries(pod.metadata?.annotations ?? {}).filter(([key]) => key !== APPLIED);
  return { ...pod, metadata: { ...pod.metadata, annotations: Object.fromEntries(annotations) } };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
