import { type LimitRange } from "./limit-range.ts";

/** The LimitRanges of each namespace, those of one by their name. */
export function byNamespace(limitRanges: readonly LimitRange[]): ReadonlyMap<string, readonly LimitRange[]> {
  const found = new Map<string, LimitRange[]>();
  for (const limitRange of limitRanges.toSorted(byName)) {
    const { namespace = "" } = limitRange.metadata;
    const others = found.get(namespace);
    if (others === undefined) found.set(namespace, [limitRange]);
    else others.push(limitRange);
  }
  return found;
}

function byName({ metadata: { name: a } }: LimitRange, { metadata: { name: b } }: LimitRange): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
