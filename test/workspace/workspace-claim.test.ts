import { expect, it } from "vitest";

import { workspaceTerms } from "#src/engine/workspace-terms.ts";
import { claimFor } from "#src/workspace/workspace-claim.ts";

const pod = { namespace: "ci", claim: "podpecker-w", workflow: "w" };

it.each([
  {
    title: "by what an agent's settings are by default, without a class",
    workspace: {},
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "10G" } } },
  },
  {
    title: "without a class where that is empty: named so it would be bound to none that is provisioned",
    workspace: { storageClass: "", size: "1Gi" },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
  },
  {
    title: "with class and mode where a policy has them",
    workspace: { storageClass: "fast", accessMode: "ReadWriteOnce" as const },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "10G" } },
      storageClassName: "fast",
    },
  },
])("a claim is made $title", ({ workspace, spec }) => {
  expect(claimFor(pod, workspaceTerms(workspace)).spec).toEqual(spec);
});
