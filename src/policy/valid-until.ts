import { type z } from "zod";

import { leaf, asText } from "../text/schema.ts";
import { DAY_OR_TIME, parseDay, parseTime } from "../text/time.ts";

/** When a policy ends by itself, as it was written. */
export const validUntil: z.ZodType<string> = leaf({
  types: ["string"],
  wanted:
    "a day, such as 2027-03-31, which is the last one in force, in UTC, or a time with its zone, such as 2027-03-31T18:00:00+01:00",
  meta: { pattern: DAY_OR_TIME },
  read: (value) => {
    const text = asText(value);
    return text !== undefined && momentOf(text) !== undefined ? text : undefined;
  },
});

/** A policy, as far as its end counts. */
interface Ending {
  readonly document: { readonly validUntil?: string | undefined };
}

/** The first moment at which the policy is not in force any more, in milliseconds since 1970; nothing where it does not end. */
export function endOf({ document }: Ending): number | undefined {
  return document.validUntil === undefined ? undefined : momentOf(document.validUntil);
}

/** A day ends when it is over. */
const momentOf = (text: string): number | undefined => parseTime(text) ?? parseDay(text)?.ends;
