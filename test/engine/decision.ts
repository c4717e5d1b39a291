import { expect } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { createPolicySet, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { NOW } from "#test/now.ts";

/** The set of policies with these documents, called `policy-0` and so on, in ascending priority. */
export function policiesOf(documents: readonly object[]): PolicySet {
  const texts = documents.map((document, priority) => ({
    path: `policy-${priority}.yaml`,
    text: JSON.stringify({ version: "v1", priority, ...document }),
  }));
  const { policies, problems } = readPolicies(texts, { namespace: "podpecker", promoted: [] });
  expect(problems.map(describePolicyProblem)).toEqual([]);
  return createPolicySet(policies);
}

/** The set of such policies, and of ones of the namespace `ci`, called `ci/own-0` and so on. */
export function tiersOf(documents: readonly object[], ofNamespace: readonly object[]): PolicySet {
  const cluster = documents.map((document, priority) => ({
    path: `policy-${priority}.yaml`,
    text: JSON.stringify({ version: "v1", priority, ...document }),
  }));
  const own = ofNamespace.map((document, priority) => {
    const data = { "policy.yaml": JSON.stringify({ version: "v1", priority, ...document }) };
    const manifest = { kind: "ConfigMap", metadata: { name: `own-${priority}`, namespace: "ci" }, data };
    return { path: `own-${priority}.yaml`, text: JSON.stringify(manifest) };
  });
  const { policies, problems } = readPolicies([...cluster, ...own], { namespace: "podpecker", promoted: [] });
  expect(problems.map(describePolicyProblem)).toEqual([]);
  return createPolicySet(policies);
}

/** The Pod with a text for options. */
export function withText(pod: Pod, text: string): Pod {
  const annotations = { ...pod.metadata?.annotations, [BACKEND_OPTIONS]: text };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

/** What becomes of a step in a Pod that is as small as can be. */
export function decideStep(question: {
  readonly policy?: object;
  readonly options?: object | string;
  readonly container?: object;
  readonly spec?: object;
}): Decision & { readonly codes: readonly string[] } {
  const { policy = {}, options = {}, container = {}, spec = {} } = question;
  const pod = {
    metadata: { name: "step" },
    spec: { containers: [{ name: "step", image: "alpine", ...container }], ...spec },
  };
  const text = typeof options === "string" ? options : JSON.stringify(options);
  const decision = decide(withText(pod, text), { namespace: "ci", now: NOW }, policiesOf([policy]));
  return { ...decision, codes: decision.findings.map(({ code }) => code) };
}
