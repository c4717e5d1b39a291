import { scheduledSum, type Share } from "../kubernetes/scheduled-sum.ts";
import { cut, isFilled, type Measured, put, raise, rangeOf, type Slot } from "./bounded-cell.ts";
import { type Bound, ceilingOf, lowest, type AmountBounds, type Range } from "./bounds.ts";
import { greatestLimit, leastRequest, roundedDown } from "./round-amount.ts";
import { shareOut } from "./share-out.ts";
import { topUp } from "./top-up.ts";

/** Brings the requests of one resource within its bounds, beside limits that are within theirs. */
export function fitRequests(measured: Measured, bounds: AmountBounds): void {
  const { name, slots, whole } = measured;
  const top = lowest(bounds.container.max[0], ceilingOf(name, whole.limit), bounds.pod.max[0]);
  for (const slot of slots)
    if (measured.isIndivisible) copyLimit(slot);
    else {
      const range = rangeOf(slot, bounds);
      settle(slot, range);
      fitRequest(name, slot, { range, top });
    }
  if (measured.isIndivisible) copyLimit(whole);
  else if (whole.limit.now === undefined && whole.request.now === undefined) fitSum(measured, bounds, top);
  else fitWhole(measured, bounds);
}

/** Of what is never overcommitted request and limit are one number. */
function copyLimit({ limit, request }: Pick<Slot, "limit" | "request">): void {
  if (limit.now !== undefined && limit.by !== undefined && request.now !== undefined)
    put(request, limit.now, limit.by);
}

/** What is requested beside the limit, before bounds have a word. */
function settle({ limit, request, requestUnder, usualRequest }: Slot, { min }: Range): void {
  if (limit.now === undefined || limit.by === undefined) return;
  const under = requestUnder(limit.now);
  if (under !== undefined || request.now !== undefined) put(request, under ?? limit.now, limit.by);
  else if (isFilled(limit)) {
    // Else the API server would make a request of the limit.
    const usual = usualRequest ?? min[0] ?? { ...limit.by, nanos: 0n };
    put(request, usual.nanos < limit.now ? usual.nanos : limit.now, usual);
  }
}

function fitRequest(
  name: string,
  { limit, request }: Slot,
  { range: { min, ratio }, top }: { range: Range; top: Bound | undefined },
): void {
  const isLimited = (limit.now ?? 0n) > 0n;
  if (!isLimited) cut(request, top);
  // Validation lets no request be above a limit, not even above one of 0 that is none to a kubelet.
  raise(request, min[0], { ceiling: limit.now ?? top?.nanos });
  if (ratio[0] !== undefined && limit.now !== undefined && isLimited)
    raise(request, ratio[0], {
      least: leastRequest(name, limit.now, ratio[0].nanos),
      ceiling: limit.now,
    });
}

const requestedOf = (slots: readonly Slot[]): Share[] =>
  slots.map(({ phase, limit, request }) => ({ phase, amount: request.now ?? limit.now ?? 0n }));

/** Raises requests until the Pod as a whole has as much as it must. */
function fitSum({ name, slots }: Measured, { pod }: AmountBounds, top: Bound | undefined): void {
  if (slots.every(({ limit, request }) => limit.now === undefined && request.now === undefined)) return;
  const [most] = pod.max;
  const limits = scheduledSum(slots.map(({ phase, limit }) => ({ phase, amount: limit.now ?? 0n })));
  const demands = [...pod.min.slice(0, 1), ...pod.ratio.slice(0, 1)].map((bound) => ({
    bound,
    wanted:
      bound.says === "maxPodRatio" ? atMost(leastRequest(name, limits, bound.nanos), limits) : bound.nanos,
  }));
  // The greater first, which may meet the other one as well: what the lesser raised would not be raised again.
  for (const { bound, wanted } of demands.sort((a, b) =>
    a.wanted > b.wanted ? -1 : Number(a.wanted < b.wanted),
  )) {
    const least = most !== undefined && most.nanos < wanted ? most.nanos : wanted;
    const shares = requestedOf(slots).map((share, index) => ({
      ...share,
      most: slots[index]?.limit.now ?? top?.nanos ?? least,
    }));
    const first = slots.findIndex(({ plan }) => plan.isStep);
    putRequests(slots, topUp(shares, least, first), bound);
  }
}

/** Rounded up, an amount may be more than the limits that it is a part of. */
const atMost = (amount: bigint, most: bigint): bigint => (amount < most ? amount : most);

/** The Pod's own request holds what its containers request, and they no more than it may hold. */
function fitWhole({ name, page, slots, whole }: Measured, bounds: AmountBounds): void {
  const { pod } = bounds;
  const upper = lowest(ceilingOf(name, whole.limit), pod.max[0]);
  const shares = requestedOf(slots);
  const first = slots.findIndex(({ plan }) => plan.isStep);
  if (upper !== undefined) {
    const rounded = roundedDown(name, page);
    putRequests(slots, shareOut(shares, { most: upper.nanos, first, rounded }), upper);
    for (const slot of slots) lowerLimit(slot, rangeOf(slot, bounds).ratio[0]);
  }
  cut(whole.request, upper);
  const ceiling = upper?.nanos;
  raise(whole.request, pod.min[0], { ceiling });
  const [ratio] = pod.ratio;
  if (ratio !== undefined && whole.limit.now !== undefined)
    raise(whole.request, ratio, { least: leastRequest(name, whole.limit.now, ratio.nanos), ceiling });
  raise(whole.request, sumBound(scheduledSum(requestedOf(slots))), { ceiling });
}

/** Where a request cannot be raised, its limit must come down to what a ratio lets it be. */
function lowerLimit({ limit, request }: Slot, ratio: Bound | undefined): void {
  if (ratio === undefined || limit.now === undefined || request.now === undefined) return;
  const most = greatestLimit(request.now, ratio.nanos);
  if (limit.now > most) put(limit, most, ratio);
}

function putRequests(slots: readonly Slot[], amounts: readonly bigint[], by: Bound): void {
  const before = requestedOf(slots);
  for (const [index, { request }] of slots.entries()) {
    const amount = amounts[index];
    if (amount !== undefined && amount !== before[index]?.amount) put(request, amount, by);
  }
}

/** What the containers request together is the least that their Pod can. */
const sumBound = (nanos: bigint): Bound => ({
  says: "sum",
  nanos,
  format: "BinarySI",
  rule: "built-in#/resources",
  source: "pod",
});
