import { describe, expect, it } from "vitest";

import { InputError } from "#src/cli/input-error.ts";
import { readLimitRanges } from "#src/cli/review/read-limit-ranges.ts";

const limitRange = (metadata: string, limits: string): string =>
  `apiVersion: v1\nkind: LimitRange\nmetadata: {${metadata}}\nspec: {limits: ${limits}}\n`;

/** The names of the LimitRanges of each namespace, and their first `max`. */
function read(...texts: readonly string[]): unknown {
  const inputs = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
  const found = readLimitRanges(inputs, { namespace: "default" });
  return Object.fromEntries(
    [...found].map(([namespace, all]) => [
      namespace,
      all.map(({ metadata, spec }) => [metadata.name, spec.limits[0]?.max]),
    ]),
  );
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

describe("LimitRanges are read", () => {
  it("from several documents and files, each for its namespace or the one that is named", () => {
    const two = [
      limitRange("name: b, namespace: ci", "[{type: Container, max: {cpu: 2}}]"),
      limitRange("name: a, namespace: ci", "[{type: Pod, max: {memory: 4Gi}}]"),
    ].join("---\n");

    expect(read(two, limitRange("name: c", "[]"), "---\n")).toEqual({
      ci: [
        ["a", { memory: "4Gi" }],
        ["b", { cpu: 2 }],
      ],
      default: [["c", undefined]],
    });
  });

  it("from a list, as kubectl prints it", () => {
    const item = {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "a", namespace: "ci", uid: "1", managedFields: [] },
      spec: { limits: [{ type: "Container", max: { "nvidia.com/gpu": "1" } }] },
    };

    expect(read(JSON.stringify({ kind: "List", apiVersion: "v1", items: [item] }))).toEqual({
      ci: [["a", { "nvidia.com/gpu": "1" }]],
    });
  });

  it.each([
    {
      about: "another kind",
      text: "kind: ResourceQuota",
      says: [
        '0.yaml:1:7: kind: "ResourceQuota" is not a kind that is read here; LimitRange is, or a List of them',
      ],
    },
    {
      about: "no map",
      text: "- 1",
      says: ["0.yaml:1:1: kind: is not a kind that is read here; LimitRange is, or a List of them"],
    },
    {
      about: "limits that are none, and one without a type",
      text: `${limitRange("name: a", "nonsense")}---\n${limitRange("name: b", "[{}]")}`,
      says: [
        '0.yaml:4:16: spec.limits: "nonsense" is not a list',
        "0.yaml:9:17: spec.limits[0].type: is missing; it must be text (in quotes where it looks like something else)",
      ],
    },
    {
      about: "an amount that is none",
      text: limitRange("name: a", "[{type: Container, max: {cpu: 2 cores, memory: 1Gi}}]"),
      says: ['0.yaml:4:46: spec.limits[0].max.cpu: "2 cores" is not a quantity'],
    },
    { about: "no YAML", text: "{", says: [expect.stringMatching(/^0\.yaml:1:2: /)] },
  ])("but not $about", ({ text, says }) => {
    expect(problemsOf(text)).toEqual(says);
  });
});
