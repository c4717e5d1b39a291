import { type Cell, cut, type Measured, put, raise, type Slot } from "./bounded-cell.ts";
import { type Bound, ceilingOf, isOpen, lowest, type Range, type AmountBounds } from "./bounds.ts";
import { greatestLimit, roundedDown } from "./round-amount.ts";
import { shareOut } from "./share-out.ts";
import { topUp } from "./top-up.ts";

/** Brings the limits of one resource within its bounds: the Pod's own first, then each container's, then their sum. */
export function fitLimits(measured: Measured, bounds: AmountBounds): void {
  const { name, slots, whole } = measured;
  const [most] = bounds.pod.max;
  fitWhole(name, whole.limit, bounds);
  const ceiling = ceilingOf(name, whole.limit);
  const top = inUnits(measured, lowest(bounds.container.max[0], ceiling, most));
  // Where the Pod as a whole has a limit, its containers need none for the sake of their sum.
  const isBounded = bounds.container.max.length > 0 || (ceiling === undefined && most !== undefined);
  for (const slot of slots)
    if (!isUnlimited(name, slot.limit)) {
      cut(slot.limit, top);
      raise(slot.limit, bounds.container.min[0], { ceiling: top?.nanos });
    } else if (isBounded && top !== undefined) put(slot.limit, filling(measured, slot, { top, bounds }), top);
  if (ceiling === undefined) fitSum(measured, bounds.pod, top);
  else if (measured.isIndivisible) fitSum(measured, { ...bounds.pod, max: [ceiling] }, top);
}

function fitWhole(name: string, limit: Cell, { pod }: AmountBounds): void {
  const [most] = pod.max;
  if (limit.now === undefined) return;
  if (most !== undefined && isUnlimited(name, limit)) put(limit, most.nanos, most);
  cut(limit, most);
  raise(limit, pod.min[0], { ceiling: most?.nanos });
}

/** Devices and pages are not given in parts. */
function inUnits({ name, page, isIndivisible }: Measured, top: Bound | undefined): Bound | undefined {
  if (!isIndivisible || top === undefined) return top;
  return { ...top, nanos: roundedDown(name, page)(top.nanos) };
}

/** A limit of zero is none: https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/cm/helpers_linux.go */
const isUnlimited = (name: string, { now }: Cell): boolean => isOpen(name) && (now ?? 0n) === 0n;

/** The limit of a container that has none. */
function filling(
  { keepsRequests }: Measured,
  { requestUnder }: Slot,
  { top, bounds }: { top: Bound; bounds: AmountBounds },
): bigint {
  const [ratio] = bounds.container.ratio;
  const request = requestUnder(undefined) ?? 0n;
  if (!keepsRequests || ratio === undefined || request === 0n) return top.nanos;
  const limit = greatestLimit(request, ratio.nanos);
  return limit < top.nanos ? limit : top.nanos;
}

function fitSum({ name, page, slots }: Measured, pod: Range, top: Bound | undefined): void {
  const limited = slots.filter(({ limit }) => limit.now !== undefined);
  const first = limited.findIndex(({ plan }) => plan.isStep);
  const shares = limited.map(({ phase, limit }) => ({ phase, amount: limit.now ?? 0n }));
  const [most] = pod.max;
  if (most !== undefined) {
    const amounts = shareOut(shares, { most: most.nanos, first, rounded: roundedDown(name, page) });
    for (const [index, { limit }] of limited.entries()) put(limit, amounts[index] ?? 0n, most);
  }
  const [least] = pod.min;
  if (least === undefined) return;
  const raisable = limited.map(({ phase, limit }) => ({
    phase,
    amount: limit.now ?? 0n,
    most: top?.nanos ?? least.nanos,
  }));
  const amounts = topUp(raisable, least.nanos, first);
  for (const [index, { limit }] of limited.entries()) put(limit, amounts[index] ?? 0n, least);
}
