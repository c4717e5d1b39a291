import { describe, expect, it } from "vitest";

import {
  allContainers,
  DEFAULT_CONTAINER,
  lastingContainers,
  stepContainer,
} from "#src/kubernetes/containers.ts";
import { type Pod } from "#src/kubernetes/pod.ts";

const pod: Pod = {
  spec: {
    containers: [{ name: "a" }, { name: "b" }],
    initContainers: [{ name: "i" }],
    ephemeralContainers: [{ name: "e" }],
  },
};

describe("the containers of a Pod", () => {
  it("are the first ones first, each with its place", () => {
    expect(allContainers(pod)).toEqual([
      { list: "initContainers", path: ["spec", "initContainers", 0], container: { name: "i" } },
      { list: "containers", path: ["spec", "containers", 0], container: { name: "a" } },
      { list: "containers", path: ["spec", "containers", 1], container: { name: "b" } },
      { list: "ephemeralContainers", path: ["spec", "ephemeralContainers", 0], container: { name: "e" } },
    ]);
  });

  it("that last are all but the ephemeral ones", () => {
    expect(lastingContainers(pod).map(({ container }) => container.name)).toEqual(["i", "a", "b"]);
  });

  it("may be in one list only", () => {
    expect(allContainers({ spec: { containers: [{ name: "a" }] } })).toHaveLength(1);
  });
});

describe("the step's container", () => {
  it.each<{ about: string; metadata: NonNullable<Pod["metadata"]>; name: string; index: number }>([
    { about: "the one named like the Pod", metadata: { name: "b" }, name: "b", index: 1 },
    {
      about: "the one named like the Pod, whatever an annotation says",
      metadata: { name: "a", annotations: { [DEFAULT_CONTAINER]: "b" } },
      name: "a",
      index: 0,
    },
    {
      about: "the one that the annotation names, where none is named like the Pod",
      metadata: { name: "x", annotations: { [DEFAULT_CONTAINER]: "b" } },
      name: "b",
      index: 1,
    },
    {
      about: "the first, where the annotation names none",
      metadata: { annotations: { [DEFAULT_CONTAINER]: "x" } },
      name: "a",
      index: 0,
    },
    { about: "the first, where nothing names one", metadata: {}, name: "a", index: 0 },
    { about: "never an init container", metadata: { name: "i" }, name: "a", index: 0 },
    { about: "never an ephemeral one", metadata: { name: "e" }, name: "a", index: 0 },
  ])("is $about", ({ metadata, name, index }) => {
    const { container, path } = stepContainer({ ...pod, metadata });

    expect(container.name).toBe(name);
    expect(path).toEqual(["spec", "containers", index]);
  });

  it("is missed where there is none", () => {
    expect(() => stepContainer({ spec: { containers: [] } })).toThrow("a Pod without containers");
  });
});
