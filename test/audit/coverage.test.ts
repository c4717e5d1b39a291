import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { coverageOf } from "#src/audit/coverage.ts";
import { rulesOf } from "#src/audit/rules.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type Policy } from "#src/policy/policy.ts";
import { createPolicySet } from "#src/policy/policy-set.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { exampleNames, FACTS, readExamplePolicy } from "#test/examples/examples.ts";
import { goldenCases, podOf, policiesOf, readCase } from "#test/golden-cases.ts";
import { NOW } from "#test/now.ts";

function policyOf(text: string): Policy {
  const { policies, problems } = readPolicies([{ path: "acme.yaml", text: `version: v1\n${text}` }], {
    namespace: "podpecker",
    promoted: [],
  });
  expect(problems).toEqual([]);
  const [policy] = policies;
  if (policy === undefined) throw new Error("no policy");
  return policy;
}

describe("rules", () => {
  it.each([
    {
      about: "values and items that are set or given by default",
      text: `labels: { set: { ci: woodpecker, "a/b": c } }
tolerations: { default: [{ key: a, operator: Exists }, { key: b, operator: Exists }] }
affinity: { default: { podAffinity: {} } }
env: { set: { A: a } }`,
      rules: [
        "/labels/set/a~1b",
        "/labels/set/ci",
        "/tolerations/default/0",
        "/tolerations/default/1",
        "/affinity/default",
        "/env/set/A",
      ],
    },
    {
      about: "gates, of the security context each by itself",
      text: `labels: { fromStep: { keys: [a, b] } }
runtimeClassName: { fromStep: [gvisor, kata] }
securityContext: { fromStep: { privileged: false, root: false } }`,
      rules: [
        "/labels/fromStep",
        "/runtimeClassName/fromStep",
        "/securityContext/fromStep/privileged",
        "/securityContext/fromStep/root",
      ],
    },
    {
      about: "bounds and classes, and not what becomes of more",
      text: `resources:
  default: { requests: { cpu: 1 } }
  max: { memory: 1Gi, nvidia.com/gpu: 1 }
  onExceed: deny
  classes: { large: { requests: { cpu: 4 } } }`,
      rules: [
        "/resources/default/requests/cpu",
        "/resources/max/memory",
        "/resources/max/nvidia.com~1gpu",
        "/resources/classes/large",
      ],
    },
    {
      about: "of the header what decides about a field, and a workspace as one",
      text: `description: a
priority: 3
platform: linux/arm64
trustPod: false
trustAnnotations: true
match: { namespaces: [a] }
workspace: { size: 1Gi, path: /src }`,
      rules: ["/platform", "/trustPod", "/workspace"],
    },
  ])("are $about", ({ text, rules }) => {
    expect(rulesOf(policyOf(text)).sort()).toEqual(rules.map((rule) => `acme#${rule}`).sort());
  });

  // Without this, a rule that is called otherwise where it decides could never be touched.
  it("are called as decisions call them", () => {
    const decisions = goldenCases.map(({ file }) => {
      const { case_, optionsText } = readCase(file);
      const policies = policiesOf(case_);
      const { namespace, user, limitRanges } = case_;
      return {
        policies,
        decision: decide(podOf(case_, optionsText), { namespace, user, limitRanges, now: NOW }, policies),
      };
    });

    const strange = decisions.flatMap(({ policies, decision }) => {
      const rules = policies.policies.flatMap(rulesOf);
      return (
        decision.changes
          .map(({ rule }) => rule)
          .filter((rule) => policies.policies.some(({ name }) => rule.startsWith(`${name}#`)))
          // What goes with the change of a field is by the section's word; what has no gate of its own by that of all.
          .filter((rule) => !/#\/(\w+|securityContext\/fromStep)$/.test(rule))
          .filter((rule) => !rules.some((one) => rule === one || rule.startsWith(`${one}/`)))
      );
    });

    expect([...new Set(strange)]).toEqual([]);
  });
});

describe("coverage", () => {
  const policy = policyOf(`match: { namespaces: [woodpecker] }
labels: { set: { ci: woodpecker }, fromStep: { keys: [team] } }
annotations: { set: { a: b }, fromStep: false }
resources:
  max: { memory: 8Gi }
  classes: { large: { requests: { memory: 4Gi } }, small: { requests: { cpu: 1 } } }`);
  const set = createPolicySet([policy]);
  const pod = (options: string, labels: Record<string, string> = {}): Pod => ({
    metadata: { name: "step", labels, annotations: { [BACKEND_OPTIONS]: options, a: "b" } },
    spec: { containers: [{ name: "step" }] },
  });

  it("is of what a decision wrote, found right, or told", () => {
    const decision = decide(pod("{annotations: {x: y}, resourceClass: large}"), FACTS, set);

    expect(decision.outcome).toBe("decided");
    expect(coverageOf(policy, [decision])).toMatchObject({
      isMatched: true,
      untouched: ["acme#/labels/fromStep", "acme#/resources/classes/small"],
    });
  });

  it("is of all decisions together", () => {
    const decisions = [
      "{labels: {team: a}}",
      "{resourceClass: small}",
      "{resourceClass: large}",
      "{annotations: {x: y}}",
    ].map((options) => decide(pod(options), FACTS, set));

    expect(coverageOf(policy, decisions).untouched).toEqual([]);
  });

  it("is nothing where the policy is for none of the Pods", () => {
    const decision = decide(pod("{}"), { ...FACTS, namespace: "other" }, set);

    const { isMatched, rules, untouched } = coverageOf(policy, [decision]);

    expect({ isMatched, untouched }).toEqual({ isMatched: false, untouched: rules });
  });

  it.each(exampleNames("policies"))("knows rules of the example policy %s", (name) => {
    for (const one of readExamplePolicy(name).policies) expect(rulesOf(one)).not.toEqual([]);
  });
});
