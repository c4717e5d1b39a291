import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";
import { isMap, isNode, isScalar, parseDocument, stringify } from "yaml";
import { z } from "zod";

import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { LimitRange } from "#src/kubernetes/limit-range.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { createPolicySet, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { createPolicyStore } from "#src/policy/policy-store.ts";
import { readPolicies } from "#src/policy/read-policies.ts";

/**
 * One case a file, in `golden/<mutation or topic>/<case>.yaml`. `UPDATE_GOLDEN=1` rewrites what stands below `expect`
 * and nothing else: read the difference like code.
 */
const Case = z.strictObject({
  about: z.string(),
  /** A policy document (`version` may be left out), or several of them with a `name` each. */
  policy: z
    .union([z.record(z.string(), z.unknown()), z.array(z.looseObject({ name: z.string() }))])
    .optional(),
  /** Settings of Woodpecker's agent, without `WOODPECKER_BACKEND_K8S_`; `policy` is the `policy.yaml` beside them. */
  agent: z.record(z.string(), z.string()).optional(),
  /** Policies of namespaces, each with its `namespace/name`. */
  namespacePolicies: z.array(z.looseObject({ name: z.string() })).default([]),
  /** The LimitRanges of the namespace. */
  limitRanges: z.array(LimitRange).optional(),
  /** What the step asks: text as it stands in the annotation, or a map. */
  options: z.unknown().optional(),
  /** Laid over the minimal Pod; lists replace its own. */
  pod: z
    .strictObject({
      metadata: z.record(z.string(), z.unknown()).optional(),
      spec: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  namespace: z.string().default("woodpecker"),
  user: z.string().optional(),
  /** Parts of the answer that the case is about, beside the decision. */
  show: z.array(z.enum(["patch", "warnings", "audit", "applied"])).default([]),
  expect: z.unknown().optional(),
});
export type Case = z.infer<typeof Case>;

const FOLDER = join(import.meta.dirname, "golden");

/** The cases: where each stands below `golden`, and its file. */
export const goldenCases = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((file) => ({ name: file.slice(FOLDER.length + 1), file }));

/** A case, its options as they stand in the annotation, and the text above `expect`. */
export function readCase(file: string): { case_: Case; optionsText: string | undefined; head: string } {
  const text = readFileSync(file, "utf8");
  expect(file).toMatch(/\.yaml$/);
  const document = parseDocument(text);
  expect(document.errors).toEqual([]);
  const last = isMap(document.contents) ? document.contents.items.at(-1)?.key : undefined;
  if (!isScalar(last) || last.value !== "expect") throw new Error("`expect` is the last key of a case");
  return {
    case_: Case.parse(document.toJS()),
    optionsText: optionsTextOf(document.get("options", true)),
    head: text.slice(0, last.range[0]),
  };
}

/** Text as it stands; of a map, YAML in which its scalars stand as they were written. */
function optionsTextOf(options: unknown): string | undefined {
  if (isScalar(options)) return String(options.value);
  return isNode(options) ? stringify(options, { lineWidth: 0 }) : undefined;
}

/** The policies that the case is decided by. */
export function policiesOf({ policy, agent, namespacePolicies }: Case): PolicySet {
  const documents = Array.isArray(policy) ? policy : [{ name: "policy", ...policy }];
  const texts = documents.map(({ name, ...document }) => {
    const text = stringify({ version: "v1", ...document });
    if (agent === undefined) return { path: `${name}.yaml`, text };
    const settings = Object.entries(agent).map(([key, value]) => [`WOODPECKER_BACKEND_K8S_${key}`, value]);
    const beside = policy === undefined ? [] : [["policy.yaml", text]];
    const data: unknown = Object.fromEntries([...settings, ...beside]);
    return { path: "agent.yaml", text: stringify({ kind: "ConfigMap", metadata: { name: "agent" }, data }) };
  });
  const tier = { namespace: "podpecker", promoted: [] };
  const reading = readPolicies(texts, tier);
  expect(reading.problems.map(describePolicyProblem)).toEqual([]);
  if (namespacePolicies.length === 0) return createPolicySet(reading.policies);
  const store = createPolicyStore(tier);
  store.setFiles(reading);
  store.replaceConfigMaps(namespacePolicies.map(namespacePolicy));
  return store.current().policies;
}

function namespacePolicy({ name, ...document }: Case["namespacePolicies"][number]): object {
  const [namespace, own] = name.split("/");
  const metadata = { namespace, name: own, labels: { "podpecker.dev/policy": "true" } };
  return { metadata, data: { "policy.yaml": stringify({ version: "v1", ...document }) } };
}

/** The Pod of the case, as its creator sends it. */
export function podOf({ pod, namespace }: Case, optionsText: string | undefined): Pod {
  const metadata = { name: "wp-step", namespace, ...pod?.metadata };
  const asking = optionsText === undefined ? {} : { [BACKEND_OPTIONS]: optionsText };
  const annotations = { ...(metadata as Pod["metadata"])?.annotations, ...asking };
  const annotated = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
  const spec = { containers: [{ name: "wp-step", image: "alpine:3" }], ...pod?.spec };
  // A case may hold whatever a Pod may hold.
  return { apiVersion: "v1", kind: "Pod", metadata: annotated, spec };
}
