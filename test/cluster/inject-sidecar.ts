import { type Pod } from "#src/kubernetes/pod.ts";
import { type ControlPlane } from "./control-plane/control-plane.ts";
import { type OtherWebhook, otherWebhook } from "./other-webhook.ts";

export interface Injection extends Omit<OtherWebhook, "patchFor"> {
  readonly container: { readonly name: string; readonly image: string };
  /** Before the first container, or after the last one. */
  readonly at: "first" | "last";
}

/** Somebody else's webhook, for the length of a test: it puts a container into every Pod of a namespace. */
export const injectSidecar = (plane: ControlPlane, injection: Injection): Promise<void> =>
  otherWebhook(plane, { ...injection, patchFor: (pod) => patchFor(pod, injection) });

function patchFor({ spec }: Pod, { container, at }: Injection): readonly object[] {
  if (spec.containers.some(({ name }) => name === container.name)) return [];
  return [{ op: "add", path: `/spec/containers/${at === "first" ? "0" : "-"}`, value: container }];
}
