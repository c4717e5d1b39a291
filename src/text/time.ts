const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

// https://www.rfc-editor.org/rfc/rfc3339#section-5.6, without its leap seconds, which no clock of a computer shows.
const TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A day or a time, without their anchors, for JSON Schema. */
export const DAY_OR_TIME = `${DAY.source}|${TIME.source}`;

/** A day of UTC, in milliseconds since 1970. */
export interface Day {
  readonly begins: number;
  /** Midnight: the first moment of the next day. */
  readonly ends: number;
}

/** The day that a text such as `2027-03-31` names, in UTC; nothing where there is no such day. */
export function parseDay(text: string): Day | undefined {
  if (!DAY.test(text)) return undefined;
  const begins = Date.parse(`${text}T00:00:00Z`);
  // `Date` takes a 31st of April for the first of May.
  if (Number.isNaN(begins) || new Date(begins).toISOString().slice(0, 10) !== text) return undefined;
  return { begins, ends: begins + DAY_MS };
}

/** The moment that an RFC 3339 timestamp names, in milliseconds since 1970; nothing of what is none. */
export function parseTime(text: string): number | undefined {
  const day = TIME.exec(text)?.[1];
  if (day === undefined || parseDay(day) === undefined) return undefined;
  return Date.parse(text.toUpperCase());
}

/** A moment as people write it, to the second: `2027-03-31T18:00:00Z`. */
export const formatTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
