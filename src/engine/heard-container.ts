import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { hearingOf } from "./pod-word/hearing.ts";
import { withoutUngrantedVariables } from "./pod-word/variables.ts";
import { type EffectivePolicy } from "./policy.ts";

/** The step container as options refer to its variables: of an untrusted Pod, without those that nobody grants. */
export function heardContainer(
  step: PlacedContainer,
  { pod, policy }: { pod: Pod; policy: EffectivePolicy },
): PlacedContainer {
  if (policy.trustPod) return step;
  const scene = { policy, pod, step, asks: new Set<string>(), limitRanges: [] };
  return withoutUngrantedVariables(hearingOf(scene), step);
}
