import { describe, expect, it } from "vitest";

import { objectionsTo, podWith } from "#test/admission/live-pod.ts";

const asking = (options: string): object => ({ annotations: { "podpecker.dev/backend-options": options } });
const create = (pod: object, policy: object): readonly string[] => objectionsTo("", { object: pod }, policy);

describe("a Pod that is created, after all webhooks", () => {
  it.each([
    { title: "a label", policy: { labels: { set: { ci: "w" } } }, metadata: { labels: { ci: "x" } } },
    { title: "a label that is gone", policy: { labels: { set: { ci: "w" } } }, metadata: {} },
    {
      title: "a variable",
      policy: { env: { set: { HTTPS_PROXY: "http://proxy" } } },
      container: { env: [{ name: "HTTPS_PROXY", value: "http://elsewhere" }] },
    },
    {
      title: "privileged mode",
      policy: { securityContext: { set: { privileged: false } } },
      container: { securityContext: { privileged: true } },
    },
    {
      title: "an amount that the step asked as well",
      policy: { resources: { set: { limits: { cpu: "2" } } } },
      container: { resources: { limits: { cpu: "20" } } },
      metadata: asking("{resources: {limits: {cpu: 2}}}"),
    },
  ])("is refused where $title is not what is set", ({ policy, container = {}, metadata = {} }) => {
    expect(create(podWith(container, {}, metadata), policy)).toHaveLength(1);
  });

  it("is told what is missing, what is other, and by which rule", () => {
    const policy = { labels: { set: { ci: "w", team: "a" } } };

    expect(create(podWith({}, {}, { labels: { ci: "x" } }), policy)).toEqual([
      'metadata.labels.ci: "x" is not what the policy says, "w" (policy-0#/labels/set/ci)',
      'metadata.labels.team: is missing; the policy wants "a" (policy-0#/labels/set/team)',
    ]);
  });

  it.each([
    { title: "a default that is not there", policy: { nodeSelector: { default: { pool: "ci" } } } },
    {
      title: "what a gate would not grant",
      policy: { labels: { fromStep: false } },
      metadata: { labels: { a: "b" } },
    },
    {
      title: "an option that is refused and let pass",
      policy: { labels: { fromStep: false } },
      metadata: asking("{labels: {a: b}}"),
    },
    { title: "an option that is not served any more", policy: {}, metadata: asking("{labels: {a: b}}") },
    {
      title: "the architecture of the platform",
      policy: { platform: "linux/arm64" },
      metadata: {},
    },
  ])("is let pass with $title", ({ policy, metadata = {} }) => {
    expect(create(podWith({}, {}, metadata), policy)).toEqual([]);
  });

  it("is denied as it would have been before, where nobody was asked", () => {
    const policy = { onRefusal: "deny", labels: { fromStep: false } };

    expect(create(podWith({}, {}, asking("{labels: {a: b}}")), policy)).toHaveLength(1);
    expect(create(podWith({}, {}, asking("labels: [")), policy)).toHaveLength(1);
  });
});
