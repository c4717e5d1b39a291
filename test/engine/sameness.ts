const WORKFLOW = "podpecker.dev/workflow";

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

/** Whether the affinity is the wanted one, but for the term that keeps the Pods of a workflow on one node. */
export const isAffinity = (found: unknown, wanted: unknown): boolean =>
  equal(found, wanted) ||
  (JSON.stringify([found]).includes(WORKFLOW) && equal(withoutWorkspace(found), withoutWorkspace(wanted)));

/** Without that term, and without what is empty then. */
function withoutWorkspace(affinity: unknown): unknown {
  const text = JSON.stringify(affinity, (_, value: unknown) => {
    if (!Array.isArray(value)) return value;
    const rest = value.filter((term) => !JSON.stringify(term).includes(WORKFLOW));
    return rest.length === 0 ? undefined : (rest as unknown);
  });
  return JSON.parse(text, (_, value: unknown) =>
    JSON.stringify(value) === "{}" ? undefined : value,
  ) as unknown;
}
