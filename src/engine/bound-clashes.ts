import { formatQuantity } from "../kubernetes/quantity.ts";
import { scheduledSum } from "../kubernetes/scheduled-sum.ts";
import { type Measured, rangeOf, type Slot } from "./bounded-cell.ts";
import { type AmountBounds, type Bound, ceilingOf, isOpen, isUpper, lowest } from "./bounds.ts";

/** What one demands and the other forbids. */
export interface Clash {
  readonly least: Bound;
  readonly most: Bound;
}

/**
 * Where a Pod that was brought within the bounds still has less than is demanded, because of what another one forbids,
 * and one of the two is a LimitRange: the API server would refuse the Pod. Where a policy contradicts itself, its most holds.
 */
export function clashOf(measured: Measured, bounds: AmountBounds): Clash | undefined {
  const { name, slots, whole } = measured;
  const most = lowest(bounds.container.max[0], ceilingOf(name, whole.limit), bounds.pod.max[0]);
  const clashes = [
    ...slots.flatMap((slot) => clashesOf(name, slot, { bounds, most })),
    ...podClashes(measured, bounds, most),
  ];
  return clashes.find((one) => [one.least, one.most].some(({ source }) => source === "range"));
}

/** The bound that leaves a container nothing. A kubelet takes a limit of 0 for none at all, which must not come of a bound. */
export function emptiedBy({ name, slots }: Measured): Bound | undefined {
  const empty = slots.find(({ limit }) => isOpen(name) && limit.now === 0n && limit.by !== undefined);
  return empty?.limit.by;
}

function clashesOf(
  name: string,
  slot: Slot,
  { bounds, most }: { bounds: AmountBounds; most: Bound | undefined },
): Clash[] {
  const { limit, request } = slot;
  const isNone = isOpen(name) && limit.now === 0n;
  const cells = isNone ? [request] : [request, limit];
  return cells.flatMap(({ now, by }) => {
    const cutBy = by !== undefined && isUpper(by) ? by : undefined;
    const reason = cutBy ?? most;
    if (now === undefined || reason === undefined) return [];
    const missed = rangeOf(slot, bounds).min.filter(
      // Nothing was cut: only a most that is below the least forbids it.
      ({ nanos }) => now < nanos && (cutBy !== undefined || reason.nanos < nanos),
    );
    return missed.map((least) => ({ least, most: reason }));
  });
}

function podClashes(
  { slots, whole }: Measured,
  { pod, container }: Pick<AmountBounds, "pod" | "container">,
  top: Bound | undefined,
): Clash[] {
  const [least] = pod.min;
  const most = mostOf({ pod, container }, { least, top });
  if (least === undefined || most === undefined) return [];
  const requested = slots.map(({ phase, limit, request }) => ({ phase, amount: request.now ?? limit.now }));
  const limited = slots.map(({ phase, limit }) => ({ phase, amount: limit.now }));
  const sums = [requested, limited].flatMap((shares) => {
    if (shares.every(({ amount }) => amount === undefined)) return [];
    return [scheduledSum(shares.map(({ phase, amount = 0n }) => ({ phase, amount })))];
  });
  const own = [whole.limit.now, whole.request.now].flatMap((amount) => amount ?? []);
  return (own.length > 0 ? own : sums).some((sum) => sum < least.nanos) ? [{ least, most }] : [];
}

/** What keeps a Pod below its least: the most of the Pod where that is less, else the most of its containers. */
function mostOf(
  { pod: { max: own }, container }: Pick<AmountBounds, "pod" | "container">,
  { least, top }: Record<"least" | "top", Bound | undefined>,
): Bound | undefined {
  const ofPod = own.find(({ nanos }) => least !== undefined && nanos < least.nanos);
  return ofPod ?? container.max[0] ?? top ?? own[0];
}

/** The clash in words: who demands what, and who forbids it. */
export function describeClash(name: string, { least, most }: Clash): string {
  const [whom, other] = [whomOf(least), whomOf(most)];
  return `nothing can meet both ${least.rule}, by which ${whom} has ${formatQuantity(least)} of ${name} at least, and ${most.rule}, by which ${whom === other ? "it" : other} has ${formatQuantity(most)} at most`;
}

function whomOf({ says }: Bound): string {
  return ["minPod", "maxPod", "maxPodRatio", "podLimit"].includes(says) ? "a Pod" : "a container";
}
