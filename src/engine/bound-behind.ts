import { type Cell, rangeOf, type Slot } from "./bounded-cell.ts";
import { type AmountBounds, type Bound } from "./bounds.ts";
import { leastRequest } from "./round-amount.ts";
import { type Kind } from "./resource-claims.ts";

/**
 * The bound by which an amount would be there if the Pod did not say so itself: after a first decision it does. Nothing
 * where it is no bound's value.
 */
export function boundBehind(
  slot: Slot,
  { kind, name, bounds }: { kind: Kind; name: string; bounds: AmountBounds },
): Bound | undefined {
  const { limit, request } = slot;
  const [container, { pod }] = [rangeOf(slot, bounds), bounds];
  const limits = [...container.max, ...pod.max, ...container.min];
  if (kind === "limits") return valued(limit, limits);
  const filled = valued(limit, limits);
  const zero = filled === undefined ? [] : [{ ...filled, nanos: 0n }];
  const ratios = container.ratio.map((ratio) => ({
    ...ratio,
    nanos: leastRequest(name, limit.now ?? 0n, ratio.nanos),
  }));
  return valued(request, [...container.max, ...container.min, ...ratios, ...zero]);
}

const valued = ({ now }: Cell, bounds: readonly Bound[]): Bound | undefined =>
  bounds.find(({ nanos }) => nanos === now);
