const MOST = 6;

/** A list as people write it, cut where it is long: `a, b and 3 more`. */
export function enumerate(items: readonly string[]): string {
  if (items.length <= MOST) return items.join(", ");
  return `${items.slice(0, MOST - 1).join(", ")} and ${items.length - MOST + 1} more`;
}

/** A number and its noun, in the plural where there are several. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
