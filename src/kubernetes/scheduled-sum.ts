import { type PlacedContainer } from "./containers.ts";

/** When a container runs: before the others and alone of its kind, beside all that come after it, or when all are ready. */
export type Phase = "init" | "sidecar" | "main";

/** A container's share of one resource. */
export interface Share {
  readonly phase: Phase;
  readonly amount: bigint;
}

/** When a container runs. */
export function phaseOf({ list, container }: PlacedContainer): Phase {
  if (list !== "initContainers") return "main";
  return container["restartPolicy"] === "Always" ? "sidecar" : "init";
}

/**
 * What containers, in the order of their Pod, take at a time at most, as scheduler and LimitRanger count it. A RuntimeClass's
 * overhead is not in it: it comes from the cluster, and is on the Pod only after a first decision.
 */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/component-helpers/resource/helpers.go
export function scheduledSum(shares: readonly Share[]): bigint {
  let [sidecars, main, peak] = [0n, 0n, 0n];
  for (const { phase, amount } of shares) {
    if (phase === "sidecar") sidecars += amount;
    else if (phase === "main") main += amount;
    else if (sidecars + amount > peak) peak = sidecars + amount;
  }
  return sidecars + main > peak ? sidecars + main : peak;
}
