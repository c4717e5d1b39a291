import { type Cell, cut, type Measured, put, raise, rangeOf, type Slot } from "./bounded-cell.ts";
import { type Bound, ceilingOf, isOpen, lowest, type Range, type AmountBounds } from "./bounds.ts";
import { greatestLimit, roundedDown } from "./round-amount.ts";
import { shareOut } from "./share-out.ts";
import { topUp } from "./top-up.ts";

/** Brings the limits of one resource within its bounds: the Pod's own first, then each container's, then their sum. */
export function fitLimits(measured: Measured, bounds: AmountBounds): void {
  const { name, slots, whole } = measured;
  const [most] = bounds.pod.max;
  fitWhole(measured, bounds);
  const ceiling = ceilingOf(name, whole.limit);
  const top = inUnits(measured, lowest(bounds.container.max[0], ceiling, most));
  const filler = fillsIn(measured, bounds, ceiling) ? top : undefined;
  for (const slot of slots) fitLimit(measured, slot, { range: rangeOf(slot, bounds), top, filler });
  if (ceiling === undefined) fitSum(measured, bounds, top);
  else if (measured.isIndivisible)
    fitSum(measured, { ...bounds, pod: { ...bounds.pod, max: [ceiling] } }, top);
}

interface Fit {
  readonly range: Range;
  readonly top: Bound | undefined;
  /** What becomes the limit of a container that has none. */
  readonly filler: Bound | undefined;
}

function fitLimit(measured: Measured, slot: Slot, { range, top, filler }: Fit): void {
  const { limit } = slot;
  if (!isUnlimited(measured.name, limit)) {
    cut(limit, top);
    raise(limit, range.min[0], { ceiling: top?.nanos });
  } else if (filler !== undefined) put(limit, filling(measured, slot, { top: filler, range }), filler);
  else raise(limit, byRange(range.min), { ceiling: top?.nanos });
}

/** To LimitRanger a limit of zero is below any least. What is no such limit any more must meet the policy's least, too. */
const byRange = (least: readonly Bound[]): Bound | undefined =>
  least.some(({ source }) => source === "range") ? least[0] : undefined;

/** Whether containers without a limit get one. */
function fillsIn(
  { trustsWhole }: Measured,
  { container, pod }: AmountBounds,
  ceiling: Bound | undefined,
): boolean {
  return (container.max.length > 0 || pod.max.length > 0) && !(trustsWhole && ceiling !== undefined);
}

function fitWhole(measured: Measured, { container, pod }: AmountBounds): void {
  const { name, slots } = measured;
  const { limit } = measured.whole;
  const [most] = pod.max;
  if (limit.now === undefined) return;
  if (most !== undefined && isUnlimited(name, limit)) put(limit, most.nanos, most);
  cut(limit, most);
  raise(limit, pod.min[0], { ceiling: most?.nanos });
  // A container that says nothing of such a resource may take all that its Pod has.
  if (!isOpen(name) && slots.some((slot) => slot.limit.now === undefined))
    cut(limit, inUnits(measured, container.max[0]));
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
  { top, range }: { top: Bound; range: Range },
): bigint {
  const [ratio] = range.ratio;
  const [asked, least] = [requestUnder(undefined) ?? 0n, range.min[0]?.nanos ?? 0n];
  if (!keepsRequests || ratio === undefined || asked === 0n) return top.nanos;
  const request = asked < least ? least : asked;
  const limit = greatestLimit(request, ratio.nanos);
  return limit < top.nanos ? limit : top.nanos;
}

function fitSum(measured: Measured, bounds: AmountBounds, top: Bound | undefined): void {
  const { name, page, slots } = measured;
  const limited = slots.filter(({ limit }) => limit.now !== undefined);
  const [most] = bounds.pod.max;
  if (most !== undefined) {
    const shares = limited.map(({ phase, limit }) => ({ phase, amount: limit.now ?? 0n }));
    const sharing = { most: most.nanos, first: firstOf(limited), rounded: roundedDown(name, page) };
    const amounts = shareOut(shares, sharing);
    for (const [index, { limit }] of limited.entries()) put(limit, amounts[index] ?? 0n, most);
  }
  const least = lowest(bounds.pod.min[0], most);
  if (least !== undefined && bounds.pod.min.length > 0) raiseSum(name, limited, { bounds, least, top });
}

const firstOf = (slots: readonly Slot[]): number => slots.findIndex(({ plan }) => plan.isStep);

/** Raises limits until the Pod as a whole may have as much as it must. */
function raiseSum(
  name: string,
  limited: readonly Slot[],
  { bounds, least, top }: { bounds: AmountBounds; least: Bound; top: Bound | undefined },
): void {
  const raisable = limited.map(({ phase, limit }) => ({
    phase,
    amount: limit.now ?? 0n,
    most: top?.nanos ?? least.nanos,
  }));
  const amounts = topUp(raisable, least.nanos, firstOf(limited));
  for (const [index, slot] of limited.entries()) {
    const wasNone = isUnlimited(name, slot.limit);
    put(slot.limit, amounts[index] ?? 0n, least);
    // What is no limit of zero any more must meet the least of a container, too.
    if (wasNone && !isUnlimited(name, slot.limit))
      raise(slot.limit, rangeOf(slot, bounds).min[0], { ceiling: top?.nanos });
  }
}
