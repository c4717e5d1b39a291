import { describe, expect, it } from "vitest";

import { stepPod } from "#src/cli/doctor/step-pod.ts";
import { Pod } from "#src/kubernetes/pod.ts";
import { compileMatch } from "#src/policy/match.ts";
import { type Match } from "#src/policy/policy-document.ts";
import { NOW } from "#test/now.ts";

describe("stepPod", () => {
  it.each<{ match: Match }>([
    { match: {} },
    { match: { repos: ["acme/*"], events: ["push"], branches: ["release/*"] } },
    { match: { repos: ["*"], repoIds: ["1*"] } },
    { match: { images: ["registry.example.com/*"] } },
    { match: { images: ["docker.io/woodpeckerci/plugin-docker-buildx:*"] } },
    { match: { images: ["*"] } },
    { match: { images: ["*.acme.io/x"] } },
    { match: { podLabels: { team: "build", stage: "*" } } },
  ])("is a Pod that a policy with match $match is for", ({ match }) => {
    const pod = stepPod("{}", match);

    expect(Pod.safeParse(pod).success).toBe(true);
    expect(compileMatch(match)(pod, { namespace: "ci", now: NOW })).toBe(true);
  });

  it("has no label that the API server would not take", () => {
    const pod = stepPod("{}", { podLabels: { team: "x".repeat(60) + "*" } });

    expect(pod.metadata?.labels).toEqual({});
  });

  it("carries the options", () => {
    expect(stepPod("doctor: true").metadata?.annotations).toEqual({
      "podpecker.dev/backend-options": "doctor: true",
    });
  });
});
