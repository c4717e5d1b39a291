import { describe, expect, it } from "vitest";

import { objectionsTo, podWith, validate } from "#test/admission/live-pod.ts";
import { policiesOf } from "#test/engine/decision.ts";

const cpu = (amount: string): object => ({ resources: { limits: { cpu: amount } } });
const resize = (from: object, to: object, policy: object | readonly object[]): readonly string[] =>
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

const amounts = (limit: string, request = limit): object => ({
  resources: { limits: { cpu: limit }, requests: { cpu: request } },
});
/** A step and a sidecar of its own. */
const pair = (step: string, sidecar: string): object =>
  podWith(amounts(step), {
    initContainers: [{ name: "db", image: "postgres", restartPolicy: "Always", ...amounts(sidecar) }],
  });

describe("a resize beyond bounds", () => {
  it.each([
    { bound: { max: { cpu: "8" } }, from: amounts("2"), to: amounts("9"), words: "is more than" },
    { bound: { min: { cpu: "1" } }, from: amounts("2"), to: amounts("2", "500m"), words: "is less than" },
    {
      bound: { maxLimitRequestRatio: { cpu: "2" } },
      from: amounts("2", "1"),
      to: amounts("4", "1"),
      words: "is less than the policy lets it be beside its limit",
    },
  ])("is refused, whether it would be clamped or denied: $bound", ({ bound, from, to, words }) => {
    for (const onExceed of ["clamp", "deny"]) {
      const objections = resize(podWith(from), podWith(to), { resources: { ...bound, onExceed } });

      expect(objections).not.toEqual([]);
      for (const objection of objections) expect(objection).toContain(words);
    }
  });

  it("is let pass with a word where the policy only warns", () => {
    const { response } = validate(
      {
        operation: "UPDATE",
        subResource: "resize",
        object: podWith(amounts("9")),
        oldObject: podWith(amounts("2")),
      },
      policiesOf([{ resources: { max: { cpu: "8" }, onExceed: "warn" } }]),
    );

    expect(response.allowed).toBe(true);
    expect(response.warnings?.[0]).toMatch(/^spec\.containers\[0\]\.resources\..*"?9/);
  });

  it.each([
    { title: "the sidecar", from: pair("6", "2"), to: pair("6", "4"), refused: true },
    { title: "the step", from: pair("6", "2"), to: pair("7", "2"), refused: true },
    { title: "both, one against the other", from: pair("6", "2"), to: pair("2", "6"), refused: false },
    { title: "the sidecar, of too large a Pod", from: pair("10", "2"), to: pair("10", "4"), refused: true },
    { title: "the step down, not far enough", from: pair("10", "2"), to: pair("9", "2"), refused: false },
    {
      title: "one for the other in too large a Pod",
      from: pair("10", "2"),
      to: pair("8", "4"),
      refused: false,
    },
  ])("of the Pod as a whole, by resizing $title: refused $refused", ({ from, to, refused }) => {
    const objections = resize(from, to, { resources: { maxPod: { cpu: "8" } } });

    expect(objections.length > 0).toBe(refused);
  });

  it("is refused in two steps as in one: what was excused never grows", () => {
    const bounded = { resources: { max: { cpu: "8" }, maxPod: { cpu: "12" } } };
    const steps = [pair("10", "6"), pair("9", "6"), pair("9", "7"), pair("8", "7")];

    const verdicts = steps.slice(1).map((to, index) => resize(steps[index] ?? to, to, bounded).length > 0);

    // The step goes down, the sidecar up in its place, the step down again.
    expect(verdicts).toEqual([false, true, false]);
  });

  it("of a ratio is not excused by a smaller request beside a smaller limit", () => {
    const bounded = { resources: { maxLimitRequestRatio: { cpu: "4" } } };

    expect(resize(podWith(amounts("8", "1")), podWith(amounts("6", "1")), bounded)).toEqual([]);
    expect(resize(podWith(amounts("8", "1")), podWith(amounts("4400m", "100m")), bounded)).toHaveLength(1);
  });

  it("of the Pod's own resources is judged, too", () => {
    const whole = (limit: string): object => podWith(amounts("1"), { ...amounts(limit) });

    expect(resize(whole("4"), whole("9"), { resources: { maxPod: { cpu: "8" } } })).not.toEqual([]);
    expect(resize(whole("4"), whole("8"), { resources: { maxPod: { cpu: "8" } } })).toEqual([]);
  });

  it("is judged by policies for certain creators as well, which grant nothing here", () => {
    const own = [
      { resources: { max: { cpu: "4" } } },
      { match: { users: ["agent"] }, resources: { max: { cpu: "2" } } },
      { match: { users: ["trusted"] }, resources: { max: { cpu: "64" } } },
    ];

    expect(resize(podWith(amounts("1")), podWith(amounts("2")), own)).toEqual([]);
    expect(resize(podWith(amounts("1")), podWith(amounts("3")), own)).toEqual([
      expect.stringContaining("policy-1#/resources/max/cpu"),
      expect.stringContaining("policy-1#/resources/max/cpu"),
      expect.stringContaining("nobody knows who creates this Pod"),
      expect.stringContaining("nobody knows who creates this Pod"),
    ]);
  });
});
