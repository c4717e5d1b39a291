import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { refusedExamples } from "#src/admission/refused-examples.ts";
import { Pod } from "#src/kubernetes/pod.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { describePolicyWarning } from "#src/policy/policy.ts";
import { NOW } from "#test/now.ts";
import { lintExamples } from "../../docs/generator/lint-examples.ts";

/** What is said of policies that an example is held against. */
function refused(pod: string, ...texts: readonly string[]): string[] {
  const files = texts.map((text, index) => ({ path: `${"abc"[index] ?? ""}.yaml`, text }));
  const { policies, problems, locate } = readPolicies(files, { namespace: "podpecker", promoted: [] });
  const read = Pod.parse(parse(pod));
  const example = { title: "step.yaml", pod: read, namespace: read.metadata?.namespace ?? "" };

  expect(problems).toEqual([]);
  return refusedExamples(policies, [example], NOW).map(({ policy, problem }) =>
    describePolicyWarning(locate(problem, policy)),
  );
}

const step = (options: string, metadata = ""): string =>
  `metadata: { ${metadata} annotations: { podpecker.dev/backend-options: '${options}' } }
spec: { containers: [{ name: a, image: alpine }] }`;

describe("an example that policies are held against", () => {
  it("of the reference is refused by the bad policy and not by the good one", () => {
    const { bad, good, asked = "" } = lintExamples["example-refused"];

    expect(refused(step(asked), ...bad)).toEqual([
      expect.stringMatching(
        /^a\.yaml:2:11: labels\.fromStep: refuses what the example step\.yaml asks: .*\(warning: example-refused\)$/,
      ),
    ]);
    expect(refused(step(asked), ...good)).toEqual([]);
  });

  it("is under all policies whose match it does not contradict", () => {
    const texts = [
      "version: v1\nsecrets: { fromStep: false }",
      'version: v1\npriority: 1\nmatch: { users: [agent], namespaces: [ci], repoIds: ["1"], podLabels: { a: b } }\nsecrets: { fromStep: true }',
    ];

    expect(refused(step("secrets: [{ name: x }]"), ...texts)).toEqual([]);
    expect(refused(step("secrets: [{ name: x }]", "namespace: other,"), ...texts)).toHaveLength(1);
    expect(refused(step("secrets: [{ name: x }]", "labels: { a: c },"), ...texts)).toHaveLength(1);
  });

  it("is told of at the policy that counts most where nobody wrote the gate", () => {
    expect(refused(step("secrets: [{ name: x }]"), "version: v1")).toEqual([
      expect.stringMatching(/^a\.yaml:1:1: refuses what the example step\.yaml asks: secrets/),
    ]);
  });

  it("under no policy is under no gate", () => {
    expect(refused(step("secrets: [{ name: x }]"), "version: v1\nmode: disabled")).toEqual([]);
  });
});
