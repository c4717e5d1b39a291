import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type LimitRange } from "../kubernetes/limit-range.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type EffectivePolicy } from "./policy.ts";

/** What a mutation may know of a review beside its own option and rule. Read-only, and as it came in. */
export interface Scene {
  readonly policy: EffectivePolicy;
  readonly pod: Pod;
  /** The container that runs the step. */
  readonly step: PlacedContainer;
  /** Which options the step asks for at all. */
  readonly asks: ReadonlySet<string>;
  /** The architecture of the agent's platform and the rule that it came by. */
  readonly architecture?: { readonly value: string; readonly rule: string } | undefined;
  /** The name of the resource class that the step asks for; the policy may have none of that name. */
  readonly resourceClass?: string | undefined;
  /** The LimitRanges of the Pod's namespace. */
  readonly limitRanges: readonly LimitRange[];
  /** Whether those are all there are, rather than that nobody has looked. */
  readonly knowsLimitRanges?: boolean | undefined;
}
