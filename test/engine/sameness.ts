/** Whether two JSON values are the same, whatever the order of their keys. */
export const equal = (a: unknown, b: unknown): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Whether a list has such an item. */
export const contains = (list: readonly unknown[] | undefined, item: unknown): boolean =>
  list?.some((one) => equal(one, item)) === true;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
