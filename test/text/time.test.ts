import { describe, expect, it } from "vitest";

import { formatTime, parseDay, parseTime } from "#src/text/time.ts";

describe("parseDay", () => {
  it.each([
    { text: "2027-03-31", begins: "2027-03-31T00:00:00.000Z", ends: "2027-04-01T00:00:00.000Z" },
    { text: "2028-02-29", begins: "2028-02-29T00:00:00.000Z", ends: "2028-03-01T00:00:00.000Z" },
    { text: "2027-12-31", begins: "2027-12-31T00:00:00.000Z", ends: "2028-01-01T00:00:00.000Z" },
  ])("takes $text", ({ text, begins, ends }) => {
    expect(parseDay(text)).toEqual({ begins: Date.parse(begins), ends: Date.parse(ends) });
  });

  it.each([
    "",
    "2027-02-29",
    "2027-04-31",
    "2027-13-01",
    "2027-00-10",
    "2027-01-00",
    "2027-3-31",
    "27-03-31",
  ])('knows no day "%s"', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  it.each(["2027-03-31T00:00:00Z", "2027/03/31", " 2027-03-31", "2027-03-31\n", "+002027-03-31"])(
    "takes %j for no day",
    (text) => {
      expect(parseDay(text)).toBeUndefined();
    },
  );
});

describe("parseTime", () => {
  it.each([
    { text: "2027-03-31T18:00:00Z", same: "2027-03-31T18:00:00.000Z" },
    { text: "2027-03-31t18:00:00z", same: "2027-03-31T18:00:00.000Z" },
    { text: "2027-03-31T18:00:00.25Z", same: "2027-03-31T18:00:00.250Z" },
    { text: "2027-03-31T18:00:00.123456789Z", same: "2027-03-31T18:00:00.123Z" },
    { text: "2027-03-31T18:00:00+02:00", same: "2027-03-31T16:00:00.000Z" },
    { text: "2027-03-31T18:00:00-05:30", same: "2027-03-31T23:30:00.000Z" },
    { text: "2027-03-31T00:00:00-00:00", same: "2027-03-31T00:00:00.000Z" },
  ])("takes $text for $same", ({ text, same }) => {
    expect(parseTime(text)).toBe(Date.parse(same));
  });

  it.each([
    ...["2027-03-31", "2027-03-31T18:00:00", "2027-03-31 18:00:00Z", "2027-03-31T18:00Z"],
    ...["2027-02-30T18:00:00Z", "2027-03-31T24:00:00Z", "2027-03-31T18:60:00Z", "2027-03-31T23:59:60Z"],
    ...["2027-03-31T18:00:00+24:00", "2027-03-31T18:00:00+0200", "2027-03-31T18:00:00.Z", "soon", ""],
  ])('knows no time "%s"', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it("gives back what formatTime writes", () => {
    const ms = Date.parse("2027-03-31T18:00:01Z");

    expect(formatTime(ms)).toBe("2027-03-31T18:00:01Z");
    expect(parseTime(formatTime(ms))).toBe(ms);
  });
});
