import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { readLimitRanger, type ResourceEntry, wasSetByLimitRanger } from "#src/kubernetes/limit-ranger.ts";

const ANNOTATION =
  "LimitRanger plugin set: cpu, memory request for container build; cpu limit for container build; nvidia.com/gpu limit for init container init";

const cpuRequest: ResourceEntry = { container: "build", kind: "requests", resource: "cpu", init: false };

describe("readLimitRanger, wasSetByLimitRanger", () => {
  it.each<{ entry: Partial<ResourceEntry>; expected: boolean }>([
    { entry: {}, expected: true },
    { entry: { resource: "memory" }, expected: true },
    { entry: { kind: "limits" }, expected: true },
    { entry: { kind: "limits", resource: "memory" }, expected: false },
    { entry: { init: true }, expected: false },
    { entry: { container: "other" }, expected: false },
    { entry: { container: "init", kind: "limits", resource: "nvidia.com/gpu", init: true }, expected: true },
    { entry: { container: "init", kind: "limits", resource: "nvidia.com/gpu" }, expected: false },
  ])("$entry: $expected", ({ entry, expected }) => {
    const marks = readLimitRanger(ANNOTATION);

    expect(wasSetByLimitRanger(marks, { ...cpuRequest, ...entry })).toBe(expected);
  });

  it.each([
    undefined,
    "",
    "LimitRanger plugin set: ",
    "LimitRanger plugin set: ;;; ",
    "cpu request for container build",
    "LimitRanger plugin set: cpu request for pod build",
    "LimitRanger plugin set: cpu request for container build or so",
    "LimitRanger plugin set: cpu for container build",
    "LimitRanger plugin set: cpu memory request for container build",
  ])("finds nothing in %j", (text) => {
    expect(readLimitRanger(text)).toEqual(new Set());
  });

  it("passes over what it cannot read", () => {
    const marks = readLimitRanger("LimitRanger plugin set: nonsense; cpu request for container build");

    expect(wasSetByLimitRanger(marks, cpuRequest)).toBe(true);
    expect(marks.size).toBe(1);
  });

  it.prop([fc.uniqueArray(entries(), { selector: (entry) => JSON.stringify(entry) })])(
    "finds what the plugin wrote, and nothing else",
    (written) => {
      const marks = readLimitRanger(`LimitRanger plugin set: ${written.map(sentence).join("; ")}`);

      expect(marks.size).toBe(written.length);
      expect(written.every((entry) => wasSetByLimitRanger(marks, entry))).toBe(true);
    },
  );
});

function entries(): fc.Arbitrary<ResourceEntry> {
  return fc.record({
    container: fc.constantFrom("build", "container", "init", "for"),
    kind: fc.constantFrom("requests", "limits"),
    resource: fc.constantFrom("cpu", "memory", "hugepages-2Mi", "example.com/limit"),
    init: fc.boolean(),
  });
}

const sentence = ({ container, kind, resource, init }: ResourceEntry): string =>
  `${resource} ${kind.slice(0, -1)} for ${init ? "init " : ""}container ${container}`;
