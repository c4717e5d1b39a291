import { describe, expect, it } from "vitest";

import { readPolicies } from "#src/policy/read-policies.ts";

const problemsOf = (policy: string): string[] =>
  readPolicies([{ path: "a.yaml", text: `version: v1\n${policy}\n` }], {
    namespace: "podpecker",
    promoted: [],
  }).problems.map(({ path, message }) => `${path.join(" ")} ${message}`);

describe("the label that is written with a workspace", () => {
  it.each([
    {
      policy: "labels: { set: { podpecker.dev/workflow: x } }",
      problem: "labels set podpecker.dev/workflow is written by Podpecker itself; a policy cannot set it",
    },
    {
      policy: "labels: { default: { podpecker.dev/workflow: x } }",
      problem: "labels default podpecker.dev/workflow is written by Podpecker itself; a policy cannot set it",
    },
    {
      policy: "match: { podLabels: { podpecker.dev/workflow: x } }",
      problem:
        "match podLabels podpecker.dev/workflow is written by Podpecker itself; no policy may match on it",
    },
  ])("is nobody else's: $policy", ({ policy, problem }) => {
    expect(problemsOf(policy)).toEqual([problem]);
  });
});
