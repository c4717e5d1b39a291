import { describe, expect, it } from "vitest";

import { objectionsTo, podWith } from "#test/admission/live-pod.ts";

const cpu = (amount: string): object => ({ resources: { limits: { cpu: amount } } });
const resize = (from: object, to: object, policy: object): readonly string[] =>
  objectionsTo("resize", { object: to, oldObject: from }, policy);

const policy = { resources: { set: { limits: { cpu: "2" } } } };

describe("a resize", () => {
  it("that goes against what is set is refused, with place, value, rule", () => {
    expect(resize(podWith(cpu("2")), podWith(cpu("20")), policy)).toEqual([
      'spec.containers[0].resources.limits.cpu: "20" is not what the policy says, "2" (policy-0#/resources/set/limits/cpu)',
    ]);
  });

  it.each([
    { title: "to what is set", from: "4", to: "2", refused: 0 },
    { title: "nearer to it", from: "4", to: "3", refused: 0 },
    { title: "of something else", from: "4", to: "4000m", refused: 0 },
    { title: "farther from it", from: "4", to: "4001m", refused: 1 },
    { title: "beyond it on the other side", from: "4", to: "1", refused: 1 },
    { title: "away from it", from: "2", to: "1", refused: 1 },
  ])("$title, of a Pod that had $from before the policy came: $refused refused", ({ from, to, refused }) => {
    expect(resize(podWith(cpu(from)), podWith(cpu(to)), policy)).toHaveLength(refused);
  });

  it("of a Pod of which nobody knows what it was is excused for nothing", () => {
    expect(objectionsTo("resize", { object: podWith(cpu("4")) }, policy)).toHaveLength(1);
  });

  it("of a sidecar is judged as that of any container", () => {
    const sidecar = (amount: string): object => ({
      initContainers: [{ name: "db", image: "postgres", restartPolicy: "Always", ...cpu(amount) }],
    });

    expect(resize(podWith(cpu("2"), sidecar("2")), podWith(cpu("2"), sidecar("3")), policy)).toEqual([
      expect.stringMatching(/^spec\.initContainers\[0\]\.resources\.limits\.cpu: "3" /),
    ]);
  });

  it("cannot hide behind the note of LimitRanger and a default", () => {
    const annotations = {
      "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu limit for container step",
    };
    const both = { resources: { ...policy.resources, default: { limits: { cpu: "1" } } } };
    const pod = (amount: string): object => podWith(cpu(amount), {}, { annotations });

    expect(resize(pod("2"), pod("20"), both)).toHaveLength(1);
  });

  it("cannot hide behind what the step asked", () => {
    const annotations = { "podpecker.dev/backend-options": "{resources: {limits: {cpu: 2}}}" };
    const pod = (amount: string): object => podWith(cpu(amount), {}, { annotations });

    expect(resize(pod("2"), pod("20"), policy)).toHaveLength(1);
  });

  it("is let pass where the Pod goes against something else", () => {
    const labelled = { ...policy, labels: { set: { ci: "woodpecker" } }, hostUsers: { set: false } };

    expect(resize(podWith(cpu("2")), podWith(cpu("2")), labelled)).toEqual([]);
  });

  it("is not held to a default, nor to what a gate would grant", () => {
    const open = { resources: { default: { limits: { cpu: "1" } }, fromStep: false } };

    expect(resize(podWith(cpu("1")), podWith(cpu("20")), open)).toEqual([]);
  });
});
