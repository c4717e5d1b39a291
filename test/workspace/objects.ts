import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";

/** What a Pod with a workspace is like, for tests. */
export interface PodParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly workflow?: string;
  readonly phase?: string;
  readonly nodeName?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Pod as admission leaves it and the API server keeps it. */
export function workflowPodObject(parts: PodParts = {}) {
  const { name = "step", namespace = "ci", workflow = "w", phase = "Pending", nodeName, annotations } = parts;
  const claim = workspaceClaimName(workflow);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      labels: { "podpecker.dev/workflow": claim },
      annotations: { "podpecker.dev/workflow": workflow, ...annotations },
    },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      containers: [{ name: "step", image: "alpine" }],
      volumes: [{ name: claim, persistentVolumeClaim: { claimName: claim } }],
    },
    status: { phase },
  };
}

/** What a stored claim is like, for tests. */
export interface ClaimParts {
  readonly namespace?: string;
  readonly workflow?: string;
  readonly ttlAfterFinished?: string;
  readonly uid?: string;
  readonly version?: string;
  readonly phase?: string;
  readonly isEnding?: boolean;
}

/** A claim as Podpecker makes it and the API server keeps it. */
export function claimObject(parts: ClaimParts = {}) {
  const { namespace = "ci", workflow = "w", ttlAfterFinished = "10m", uid = "uid", version = "1" } = parts;
  const { phase = "Bound", isEnding = false } = parts;
  const name = workspaceClaimName(workflow);
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: version,
      creationTimestamp: "2026-01-02T03:04:05Z",
      ...(isEnding ? { deletionTimestamp: "2026-01-02T03:14:05Z" } : {}),
      labels: { "podpecker.dev/workflow": name, "app.kubernetes.io/managed-by": "podpecker" },
      annotations: { "podpecker.dev/workspace": JSON.stringify({ workflow, ttlAfterFinished }) },
    },
    status: { phase },
  };
}
