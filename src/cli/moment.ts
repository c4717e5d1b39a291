import { InvalidArgumentError } from "commander";

import { parseDay, parseTime } from "../text/time.ts";

/** The parser of an option that takes a moment; it gives milliseconds since 1970. Of a day it is the beginning, in UTC. */
export function parseMoment(text: string): number {
  const moment = parseTime(text) ?? parseDay(text)?.begins;
  if (moment === undefined)
    throw new InvalidArgumentError(
      "It must be a day, such as 2027-04-01, or a time with its zone, such as 2027-03-31T18:00:00+01:00.",
    );
  return moment;
}
