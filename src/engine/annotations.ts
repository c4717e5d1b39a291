import { DEFAULT_CONTAINER } from "../kubernetes/containers.ts";
import { LIMIT_RANGER } from "../kubernetes/limit-ranger.ts";

/** What a step asks: the content of `backend_options.kubernetes`, YAML or JSON. */
export const BACKEND_OPTIONS = "podpecker.dev/backend-options";

/** The agent's platform, `linux/arm64`; the creator's word. */
export const PLATFORM = "podpecker.dev/platform";

/** The id of the Pod's workflow; the creator's word. */
export const WORKFLOW = "podpecker.dev/workflow";

/** Where the Pod's workflow wants its workspace mounted; the creator's word. */
export const WORKSPACE_PATH = "podpecker.dev/workspace-path";

/** The terms of the claim that holds the Pod's workspace; written by Podpecker only. */
export const WORKSPACE = "podpecker.dev/workspace";

/** A Pod with it only shows what a kubelet runs already. */
export const MIRROR = "kubernetes.io/config.mirror";

/** What Podpecker wrote into the Pod and by which rule; written by Podpecker only. */
export const APPLIED = "podpecker.dev/applied";

/**
 * The annotations that Podpecker itself reads or writes: no step and no policy may set them on a Pod. A second decision
 * would see another Pod than the first.
 */
export const OWN_ANNOTATIONS: readonly string[] = [
  DEFAULT_CONTAINER,
  LIMIT_RANGER,
  MIRROR,
  BACKEND_OPTIONS,
  PLATFORM,
  WORKFLOW,
  WORKSPACE_PATH,
  WORKSPACE,
  "podpecker.dev/workflow-finished",
  APPLIED,
];

/** The beginning of the annotations that hold AppArmor profiles for API servers before 1.30; the security context decides about them. */
export const APPARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

/** Whether Podpecker itself reads or writes the annotation. */
export function isOwnAnnotation(key: string): boolean {
  return OWN_ANNOTATIONS.includes(key) || key.startsWith(APPARMOR_PREFIX);
}
