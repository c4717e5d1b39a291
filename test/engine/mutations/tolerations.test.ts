import { describe, expect, it } from "vitest";

import { decideStep } from "#test/engine/decision.ts";

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

describe("a toleration is granted where it tolerates no more than the pattern", () => {
  it.each<{ pattern: Toleration; asked: Toleration; granted: boolean }>([
    { pattern: { key: "gpu" }, asked: { key: "gpu", operator: "Exists" }, granted: true },
    { pattern: { key: "gpu" }, asked: { key: "gpu", value: "a", effect: "NoExecute" }, granted: true },
    { pattern: { key: "gpu" }, asked: { key: "gpus", operator: "Exists" }, granted: false },
    { pattern: { key: "gpu" }, asked: { operator: "Exists" }, granted: false },
    { pattern: { key: "gpu-*" }, asked: { key: "gpu-a", operator: "Exists" }, granted: true },
    { pattern: { key: "*" }, asked: { key: "any.thing/at-all", operator: "Exists" }, granted: true },
    { pattern: { key: "a", effect: "NoSchedule" }, asked: { key: "a", effect: "NoSchedule" }, granted: true },
    { pattern: { key: "a", effect: "NoSchedule" }, asked: { key: "a", effect: "NoExecute" }, granted: false },
    { pattern: { key: "a", effect: "NoSchedule" }, asked: { key: "a" }, granted: false },
    { pattern: { key: "a", value: "x" }, asked: { key: "a", value: "x" }, granted: true },
    { pattern: { key: "a", value: "x*" }, asked: { key: "a", value: "xy" }, granted: true },
    { pattern: { key: "a", value: "x" }, asked: { key: "a", value: "y" }, granted: false },
    { pattern: { key: "a", value: "x" }, asked: { key: "a" }, granted: false },
    { pattern: { key: "a", value: "x" }, asked: { key: "a", operator: "Exists" }, granted: false },
    { pattern: { key: "a", value: "*" }, asked: { key: "a", operator: "Exists" }, granted: true },
    { pattern: { key: "a", operator: "Equal" }, asked: { key: "a", value: "x" }, granted: true },
    { pattern: { key: "a", operator: "Equal" }, asked: { key: "a", operator: "Exists" }, granted: false },
  ])("$pattern grants $asked: $granted", ({ pattern, asked, granted }) => {
    const { pod, codes } = decideStep({
      policy: { tolerations: { fromStep: [pattern] } },
      options: { tolerations: [asked] },
    });

    expect(pod.spec.tolerations ?? []).toEqual(granted ? [asked] : []);
    expect(codes).toEqual(granted ? [] : ["not-granted"]);
  });

  it("of any of several patterns, never of two together", () => {
    const fromStep = [
      { key: "a", effect: "NoSchedule" },
      { key: "a", effect: "NoExecute" },
    ];

    const { pod } = decideStep({
      policy: { tolerations: { fromStep } },
      options: { tolerations: [{ key: "a" }, { key: "a", effect: "NoExecute" }] },
    });

    expect(pod.spec.tolerations).toEqual([{ key: "a", effect: "NoExecute" }]);
  });
});

describe("tolerationSeconds", () => {
  it.each([
    { effect: "NoExecute", seconds: 0, kept: true },
    { effect: "NoExecute", seconds: -1, kept: true },
    { effect: "NoSchedule", seconds: 60, kept: false },
    { effect: "PreferNoSchedule", seconds: 0, kept: false },
    { effect: undefined, seconds: 60, kept: false },
  ])("of $seconds with the effect $effect are kept: $kept", ({ effect, seconds, kept }) => {
    const item = { key: "a", operator: "Exists", ...(effect === undefined ? {} : { effect }) };

    for (const given of [
      decideStep({ options: { tolerations: [{ ...item, tolerationSeconds: seconds }] } }),
      decideStep({ policy: { tolerations: { set: [{ ...item, tolerationSeconds: seconds }] } } }),
      decideStep({ policy: { tolerations: { default: [{ ...item, tolerationSeconds: seconds }] } } }),
    ]) {
      expect(given.pod.spec.tolerations).toEqual([kept ? { ...item, tolerationSeconds: seconds } : item]);
      expect(given.codes).toEqual(kept ? [] : ["toleration-seconds-dropped"]);
    }
  });
});
