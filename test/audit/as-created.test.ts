import { describe, expect, it } from "vitest";

import { asCreated, isLive } from "#src/audit/as-created.ts";

const live = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "wp-1",
    namespace: "ci",
    uid: "8e9f",
    resourceVersion: "12",
    generation: 1,
    creationTimestamp: "2026-11-27T12:00:00Z",
    deletionTimestamp: "2026-11-27T13:00:00Z",
    deletionGracePeriodSeconds: 30,
    managedFields: [{}],
    ownerReferences: [{ kind: "Job", name: "job", uid: "1", apiVersion: "batch/v1" }],
    labels: { step: "build", "topology.kubernetes.io/zone": "a" },
    annotations: { note: "kept" },
  },
  spec: {
    nodeName: "node-1",
    containers: [{ name: "wp-1", image: "alpine" }],
    ephemeralContainers: [{ name: "debug", image: "busybox" }],
  },
  status: { phase: "Succeeded" },
};

describe("a live Pod as it was created", () => {
  it("is without what storage, scheduler and later requests wrote", () => {
    const before = structuredClone(live);

    expect(asCreated(live)).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "wp-1",
        namespace: "ci",
        ownerReferences: live.metadata.ownerReferences,
        labels: { step: "build" },
        annotations: { note: "kept" },
      },
      spec: { containers: live.spec.containers },
    });
    expect(live).toEqual(before);
  });

  it("keeps a zone that its creator wrote, where no node has it", () => {
    const { containers } = live.spec;

    expect(asCreated({ ...live, spec: { containers } }).metadata?.labels).toEqual(live.metadata.labels);
  });

  it("keeps the node of a mirror, by which it is known", () => {
    const annotations = { "kubernetes.io/config.mirror": "x" };

    const mirror = asCreated({ ...live, metadata: { ...live.metadata, annotations } });

    expect(mirror.spec["nodeName"]).toBe("node-1");
    expect(mirror).not.toHaveProperty("status");
  });

  it("is told from a manifest by its uid", () => {
    expect(isLive(live)).toBe(true);
    expect(isLive({ metadata: { name: "a" }, spec: live.spec })).toBe(false);
  });
});
