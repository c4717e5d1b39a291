import { type AdmissionRequest } from "../kubernetes/admission-review.ts";
import { Pod } from "../kubernetes/pod.ts";

/** Whether a request is about a Pod; one that does not say so was sent to a path that is for nothing else. */
export function isAboutPod({ kind }: AdmissionRequest): boolean {
  return kind === undefined || (kind.kind === "Pod" && (kind.group ?? "") === "");
}

/** The Pod as it was sent, not what the schema makes of it; nothing where it has not the shape of one. */
export function podIn(object: unknown): Pod | undefined {
  return Pod.safeParse(object).success ? (object as Pod) : undefined;
}
