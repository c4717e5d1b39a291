import { z } from "zod";

import { workspaceClaimName } from "../engine/workspace-claim-name.ts";
import { parseDuration } from "../text/duration.ts";
import { type KnownPod, WORKFLOW_LABEL } from "./workflow-pod.ts";
import { WORKSPACE } from "../engine/annotations.ts";
import { type WorkspaceTerms } from "../engine/workspace-terms.ts";
import { parseJson } from "../text/parse-json.ts";

const MANAGED_BY = "app.kubernetes.io/managed-by";
const PODPECKER = "podpecker";

/** A claim that Podpecker made. */
export interface WorkspaceClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly ttlMs: number;
  /** In milliseconds since 1970, by the API server's clock. */
  readonly createdAt: number;
  /** It is deleted, and goes as soon as no Pod has it. */
  readonly isEnding: boolean;
  /** No volume was found for it yet. */
  readonly isPending: boolean;
}

/** The claim for a workflow's workspace, to be created. */
export function claimFor(
  { namespace, claim, workflow }: Pick<KnownPod, "namespace" | "claim" | "workflow">,
  terms: WorkspaceTerms,
) {
  const { size, storageClass, accessMode, ttlAfterFinished } = terms;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: claim,
      namespace,
      labels: { [WORKFLOW_LABEL]: claim, [MANAGED_BY]: PODPECKER },
      annotations: { [WORKSPACE]: JSON.stringify({ workflow, ttlAfterFinished }) },
    },
    spec: {
      accessModes: [accessMode],
      resources: { requests: { storage: size } },
      // An empty one would mean a volume without a class, and no other.
      ...(storageClass === "" ? {} : { storageClassName: storageClass }),
    },
  };
}

const StringMap = z.record(z.string(), z.string());

const StoredClaim = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: StringMap,
    annotations: StringMap,
  }),
  status: z.looseObject({ phase: z.string().optional() }).optional(),
});

const Owner = z.looseObject({ workflow: z.string(), ttlAfterFinished: z.string() });

/** Reads a claim as the API server has it; nothing where Podpecker did not make it. That is known by label, annotation and
 * a name that follows from the annotation: who may only label another one's claim cannot have it removed. */
export function readWorkspaceClaim(object: unknown): WorkspaceClaim | undefined {
  const { data } = StoredClaim.safeParse(object);
  if (data === undefined) return undefined;
  const { name, namespace, uid, resourceVersion, labels, annotations, ...times } = data.metadata;
  const owner = Owner.safeParse(parseJson(annotations[WORKSPACE])).data;
  const isOurs = labels[WORKFLOW_LABEL] === name && labels[MANAGED_BY] === PODPECKER;
  if (!isOurs || owner === undefined || workspaceClaimName(owner.workflow) !== name) return undefined;
  const ttlMs = parseDuration(owner.ttlAfterFinished);
  if (ttlMs === undefined) return undefined;
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    ttlMs,
    createdAt: Date.parse(times.creationTimestamp),
    isEnding: times.deletionTimestamp !== undefined,
    isPending: data.status?.phase !== "Bound",
  };
}
