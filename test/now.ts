/** The time of every review in the tests, in milliseconds since 1970: no case depends on the day on which it runs. */
export const NOW = Date.parse("2026-11-27T12:00:00Z");
