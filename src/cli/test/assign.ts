/**
 * Gives each item that is wanted one of those that are there, none of them twice, so that as many as possible have one:
 * what the first takes must not depend on the order. Returns for each its index; nothing where it has none.
 */
export function assign<Wanted, There>(
  wanted: readonly Wanted[],
  there: readonly There[],
  fits: (wanted: Wanted, there: There) => boolean,
): (number | undefined)[] {
  const owners = new Map<number, number>();
  // One that is taken is free if its owner finds another one.
  const take = (owner: number, tried: Set<number>): boolean =>
    there.some((item, index) => {
      const want = wanted[owner];
      if (want === undefined || tried.has(index) || !fits(want, item)) return false;
      tried.add(index);
      const before = owners.get(index);
      if (before !== undefined && !take(before, tried)) return false;
      owners.set(index, owner);
      return true;
    });
  for (const owner of wanted.keys()) take(owner, new Set());
  const given = new Map([...owners].map(([index, owner]) => [owner, index]));
  return wanted.map((_, owner) => given.get(owner));
}
