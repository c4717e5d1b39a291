import { InvalidArgumentError } from "commander";

import { parseDuration } from "../text/duration.ts";

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
