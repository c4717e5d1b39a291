import { asCreated, isLive, isMirror } from "../../audit/as-created.ts";
import { type AdmissionRequest } from "../../kubernetes/admission-review.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type ReviewContext } from "../review/admission-body.ts";
import { type Requested } from "./pod-source.ts";

/** The creation of a Pod as if it happened now; of a live one without what came after it. */
export function creationOf(pod: Pod, { namespace, user }: ReviewContext): Requested {
  // Of mirrors it is known who creates them.
  const username = isLive(pod) && isMirror(pod) ? undefined : user;
  const request = {
    uid: "",
    kind: { group: "", version: "v1", kind: "Pod" },
    namespace,
    operation: "CREATE",
    userInfo: username === undefined ? {} : { username },
    object: isLive(pod) ? asCreated(pod) : pod,
  };
  return { name: requestName(request), request };
}

/** What people call the Pod of a request: `ci/build`, `ci/build-…` where only the API server names it. */
export function requestName({ namespace = "", name, object, uid }: AdmissionRequest): string {
  const { metadata } = (object ?? {}) as { metadata?: { name?: unknown; generateName?: unknown } };
  const beginning = metadata?.generateName;
  const called = [metadata?.name, name, typeof beginning === "string" ? `${beginning}…` : undefined];
  return `${namespace}/${called.filter((one) => typeof one === "string").find((one) => one !== "") ?? uid}`;
}
