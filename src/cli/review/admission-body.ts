import { createHash } from "node:crypto";

/** What a review says about a Pod from outside the Pod. */
export interface ReviewContext {
  readonly namespace: string;
  readonly user: string | undefined;
}

/** The AdmissionReview, JSON, that an API server would send if this Pod were created now: the same bytes for the same Pod. */
export function admissionBody(pod: Readonly<Record<string, unknown>>, context: ReviewContext): string {
  const { namespace, user } = context;
  const request = {
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    namespace,
    operation: "CREATE",
    userInfo: user === undefined ? {} : { username: user },
    // A template has neither: the Pod that is made from it has.
    object: { apiVersion: "v1", kind: "Pod", ...pod },
    oldObject: null,
    // Nothing is created, so that a webhook shall leave no trace of it.
    dryRun: true,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
  };
  return JSON.stringify({
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: { uid: uidOf(JSON.stringify(request)), ...request },
  });
}

/** A UUID (version 8, RFC 9562) that is the same for the same content. */
function uidOf(content: string): string {
  const digits = createHash("sha256").update(content).digest("hex");
  const at = (start: number, end: number): string => digits.slice(start, end);
  return `${at(0, 8)}-${at(8, 12)}-8${at(13, 16)}-8${at(17, 20)}-${at(20, 32)}`;
}
