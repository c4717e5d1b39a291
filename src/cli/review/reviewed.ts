import { type Operation } from "fast-json-patch";

import { type Manifest } from "./read-manifests.ts";
import { type Subject } from "./subject.ts";
import { lifted, patched, type Reviewer, type Verdict } from "./verdict.ts";

/** A Pod and what became of it. */
export interface ReviewedPod {
  readonly subject: Subject;
  readonly verdict: Verdict;
}

/** A manifest and what became of the Pods in it. */
export interface ReviewedManifest {
  readonly manifest: Manifest;
  readonly pods: readonly ReviewedPod[];
}

/** Has the Pods of a manifest reviewed, one after the other. */
export async function reviewManifest(manifest: Manifest, review: Reviewer): Promise<ReviewedManifest> {
  const pods: ReviewedPod[] = [];
  for (const subject of manifest.subjects) pods.push({ subject, verdict: await review(subject.body) });
  return { manifest, pods };
}

/** Whether each Pod of a manifest may run. */
export const isAllowed = ({ pods }: ReviewedManifest): boolean =>
  pods.every(({ verdict }) => verdict.response.allowed);

/** The patch that makes the manifest what will run. */
export const patchOf = ({ pods }: ReviewedManifest): Operation[] =>
  pods.flatMap(({ subject, verdict }) => lifted(verdict.patch, subject.path));

/** The manifest as it will run. */
export const afterOf = (reviewed: ReviewedManifest): unknown =>
  patched(reviewed.manifest.value, patchOf(reviewed));
