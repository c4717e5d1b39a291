import { InvalidArgumentError } from "commander";

const DURATION = /^(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$/;
const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000];

/** Makes the parser of an option that takes a duration, `90d`, `12h`, `30m`, `45s` or several of these in this order;
 * it gives milliseconds. */
export function durationBetween(least: string, most: string): (text: string) => number {
  const [leastMs = 0, mostMs = 0] = [least, most].map(parseDuration);
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined)
      throw new InvalidArgumentError("It must be a duration, such as 90d, 12h, 30m, 45s or 1h30m.");
    if (ms < leastMs || ms > mostMs) throw new InvalidArgumentError(`It must be from ${least} to ${most}.`);
    return ms;
  };
}

function parseDuration(text: string): number | undefined {
  const found = text === "" ? null : DURATION.exec(text);
  if (found === null) return undefined;
  return UNITS_MS.reduce((sum, unitMs, index) => sum + Number(found[index + 1] ?? 0) * unitMs, 0);
}
