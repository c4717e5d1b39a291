import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import jsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { isMap, isNode, isScalar, parseDocument, stringify } from "yaml";
import { z } from "zod";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { answerReview } from "#src/admission/review.ts";
import { APPLIED, BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { type AdmissionResponse } from "#src/kubernetes/admission-review.ts";
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
  /** ConfigMaps, `namespace/name`, that are policies of their own namespaces. */
  namespacePolicies: z.array(z.string()).default([]),
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
type Case = z.infer<typeof Case>;

const FOLDER = join(import.meta.dirname, "golden");
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";
const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

describe.each(files.map((file) => ({ name: file.slice(FOLDER.length + 1), file })))(
  "golden $name",
  ({ file }) => {
    it("is decided as it says, alike by engine and webhook, and once for all", () => {
      const { case_, optionsText, head } = readCase(file);
      const policies = policiesOf(case_);
      const pod = podOf(case_, optionsText);
      const sent = structuredClone(pod);

      const decision = decide(pod, { namespace: case_.namespace, user: case_.user }, policies);
      const response = answerOf(pod, case_, policies);

      const seen = JSON.parse(JSON.stringify(shown(case_, decision, response))) as unknown;
      if (UPDATE) writeFileSync(file, head + stringify({ expect: seen }, { lineWidth: 0 }));
      else expect(seen).toEqual(case_.expect);
      expect(pod).toEqual(sent);
      agree(sent, decision, response);
      expectSettled(decision, case_, policies);
    });
  },
);

function readCase(file: string): { case_: Case; optionsText: string | undefined; head: string } {
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

function policiesOf({ policy, agent, namespacePolicies }: Case): PolicySet {
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

function namespacePolicy(name: string): object {
  const [namespace, own] = name.split("/");
  const metadata = { namespace, name: own, labels: { "podpecker.dev/policy": "true" } };
  return { metadata, data: { "policy.yaml": "version: v1" } };
}

function podOf({ pod, namespace }: Case, optionsText: string | undefined): Pod {
  const metadata = { name: "wp-step", namespace, ...pod?.metadata };
  const asking = optionsText === undefined ? {} : { [BACKEND_OPTIONS]: optionsText };
  const annotations = { ...(metadata as Pod["metadata"])?.annotations, ...asking };
  const annotated = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
  const spec = { containers: [{ name: "wp-step", image: "alpine:3" }], ...pod?.spec };
  // A case may hold whatever a Pod may hold.
  return { apiVersion: "v1", kind: "Pod", metadata: annotated, spec };
}

function answerOf(object: Pod, { namespace, user }: Case, policies: PolicySet): AdmissionResponse {
  const request = {
    uid: "4f0c6a1e",
    kind: { group: "", version: "v1", kind: "Pod" },
    operation: "CREATE",
    namespace,
    userInfo: { username: user },
    object,
  };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  const { status, body } = answerReview(JSON.stringify(review), policies);
  expect(status).toBe(200);
  return (JSON.parse(body) as { response: AdmissionResponse }).response;
}

/** What a case expects: the decision, why, and what else the case is about. */
function shown({ show }: Case, decision: Decision, response: AdmissionResponse): Record<string, unknown> {
  const { outcome, findings, changes, pod } = decision;
  const applied = pod.metadata?.annotations?.[APPLIED];
  const parts = {
    patch: readable(patchOf(response)),
    warnings: response.warnings,
    audit: withoutDigest(response.auditAnnotations),
    applied: applied === undefined ? undefined : readable(applied),
  };
  return {
    outcome,
    ...(response.status === undefined
      ? {}
      : { code: response.status.code, message: response.status.message }),
    ...(findings.length === 0
      ? {}
      : { findings: findings.map((one) => `${one.code}: ${describeFinding(one)}`) }),
    ...(changes.length === 0 ? {} : { changes }),
    ...Object.fromEntries(show.map((part) => [part, parts[part] ?? null])),
  };
}

/** The digest changes with every word of a policy: no case is about it. */
function withoutDigest(found: object | undefined): object | undefined {
  return found === undefined ? undefined : { ...found, digest: undefined };
}

/** With the applied annotation as the JSON that it is. */
function readable(found: unknown): unknown {
  return JSON.parse(JSON.stringify(found), (_, value: unknown) =>
    typeof value === "string" && value.startsWith('{"policies":')
      ? withoutDigest(JSON.parse(value) as object)
      : value,
  );
}

function patchOf({ patch }: AdmissionResponse): jsonPatch.Operation[] {
  if (patch === undefined) return [];
  return JSON.parse(Buffer.from(patch, "base64").toString()) as jsonPatch.Operation[];
}

/** Webhook and engine say the same: the patch makes of what was sent what was decided. */
function agree(sent: Pod, decision: Decision, response: AdmissionResponse): void {
  const patched = jsonPatch.applyPatch(structuredClone(sent), patchOf(response), true).newDocument;

  expect(response.allowed).toBe(["untouched", "decided"].includes(decision.outcome));
  expect(patched).toEqual(decision.pod);
}

/** Deciding about the result changes nothing, nor does the API server's defaulting on the way. */
function expectSettled({ outcome, pod }: Decision, { namespace, user }: Case, policies: PolicySet): void {
  if (outcome !== "decided") return;
  const again = decide(pod, { namespace, user }, policies);

  expect({ outcome: again.outcome, changes: again.changes }).toEqual({ outcome, changes: [] });
  expect(again.pod).toEqual(pod);
}
