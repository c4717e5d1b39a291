import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "vitest";
import { parse } from "yaml";

import { type Pod } from "#src/kubernetes/pod.ts";
import { createPolicySet, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { NOW } from "#test/now.ts";

const ROOT = join(import.meta.dirname, "../../manifests/examples");

/** What an admission request says about the example steps, which Woodpecker's agent creates. */
export const FACTS = {
  namespace: "woodpecker",
  user: "system:serviceaccount:woodpecker:woodpecker-agent",
  now: NOW,
} as const;

/** A folder of examples. */
export type ExampleKind = "policies" | "steps" | "cookbook" | "cookbook/steps";

/** The names of the example policies or steps, without `.yaml`. */
export function exampleNames(kind: ExampleKind): string[] {
  return readdirSync(join(ROOT, kind))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml"))
    .sort();
}

export function examplePath(kind: ExampleKind, name: string): string {
  return join(ROOT, kind, `${name}.yaml`);
}

/** What is decided about an example step under an example policy. */
export const exampleGoldenFile = (policy: string, step: string): string =>
  join(import.meta.dirname, "golden", policy, `${step}.yaml`);

export function readExamplePolicy(name: string, kind: "policies" | "cookbook" = "policies"): PolicySet {
  const path = examplePath(kind, name);
  const tier = { namespace: "podpecker", promoted: [] };
  const { policies, problems } = readPolicies([{ path, text: readFileSync(path, "utf8") }], tier);
  expect(problems.map(describePolicyProblem)).toEqual([]);
  return createPolicySet(policies);
}

export function readExampleStep(name: string, kind: "steps" | "cookbook/steps" = "steps"): Pod {
  // The examples are Pods; what is no Pod fails where it is decided about.
  return parse(readFileSync(examplePath(kind, name), "utf8")) as Pod;
}
