/** How long to wait after each of several failures in a row, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The wait after so many failures: twice as long each time, and by chance up to half of it less, so that all who lost
 * the same server do not come back at once. */
export function backoffMs({ firstMs, mostMs }: Backoff, failures: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** (failures - 1));
  return full * (1 - Math.random() / 2);
}
