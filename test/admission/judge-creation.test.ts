import { describe, expect, it } from "vitest";

import { objectionsTo, podWith, validate } from "#test/admission/live-pod.ts";
import { policiesOf } from "#test/engine/decision.ts";

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

  it("is refused what another webhook wrote where the policy does not trust Pods, and warns only", () => {
    const policy = { trustPod: false, onRefusal: "warn" };

    expect(create(podWith({ securityContext: { privileged: true } }), policy)).toHaveLength(1);
    expect(create(podWith({}, { hostNetwork: true }), policy)).toHaveLength(1);
    expect(create(podWith({}), policy)).toEqual([]);
  });

  it("is refused a field that nobody knows, which another webhook wrote into a Pod that is not trusted", () => {
    const unknown = podWith({ superPower: true }, { superPower: true });

    expect(create(unknown, { trustPod: false })).toHaveLength(2);
    expect(create(unknown, {})).toEqual([]);
  });

  it.each([
    { policy: { resources: { max: { cpu: "8" } } }, cpu: "20" },
    { policy: { resources: { maxPod: { cpu: "8" }, default: { limits: { cpu: "1" } } } }, cpu: "20" },
    { policy: { resources: { max: { cpu: "8" }, onExceed: "deny" } }, cpu: "20" },
  ])("is refused more than $policy, also where the step asked for less", ({ policy, cpu }) => {
    const resources = { limits: { cpu }, requests: { cpu: "1" } };
    const pod = podWith({ resources }, {}, asking("{resources: {limits: {cpu: 2}}}"));

    expect(create(pod, policy)).toEqual([expect.stringMatching(/limits\.cpu: .*20.* is (more than|above)/)]);
  });

  it("is told of more once, by whoever was the first to say so", () => {
    const policy = policiesOf([{ resources: { max: { cpu: "8" }, onExceed: "warn" } }]);
    const warningsOf = (pod: object): readonly string[] | undefined =>
      validate({ operation: "CREATE", object: pod }, policy).response.warnings;
    const resources = { limits: { cpu: "20" }, requests: { cpu: "1" } };

    expect(warningsOf(podWith({ resources }))).toBeUndefined();
    expect(warningsOf(podWith({ resources }, {}, asking("{resources: {limits: {cpu: 2}}}")))).toHaveLength(1);
  });

  it("is held to the policy's Pod Security Standard", () => {
    const policy = { securityContext: { podSecurityStandard: "baseline" } };

    expect(create(podWith({}, { hostNetwork: true }), policy)).toHaveLength(1);
  });

  it("is denied as it would have been before, where nobody was asked", () => {
    const policy = { onRefusal: "deny", labels: { fromStep: false } };

    expect(create(podWith({}, {}, asking("{labels: {a: b}}")), policy)).toHaveLength(1);
    expect(create(podWith({}, {}, asking("labels: [")), policy)).toHaveLength(1);
  });
});
