import { setTimeout } from "node:timers/promises";

const PROBE_EVERY_MS = 50;

/** Asks again and again until there is an answer.
 * @throws {Error} when there is none in time, naming what was awaited
 */
export async function until<Found>(
  what: string,
  probe: () => Promise<Found | undefined>,
  seconds = 30,
): Promise<Found> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await setTimeout(PROBE_EVERY_MS);
  }
}
