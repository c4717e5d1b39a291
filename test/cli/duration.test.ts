import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";

import { durationBetween } from "#src/cli/duration.ts";

const parse = durationBetween("30s", "3650d");

describe("a duration", () => {
  it.each([
    { text: "30s", ms: 30_000 },
    { text: "45m", ms: 2_700_000 },
    { text: "12h", ms: 43_200_000 },
    { text: "90d", ms: 7_776_000_000 },
    { text: "1h30m", ms: 5_400_000 },
    { text: "1d2h3m4s", ms: 93_784_000 },
    { text: "0d90s", ms: 90_000 },
    { text: "3650d", ms: 315_360_000_000 },
  ])("$text is $ms ms", ({ text, ms }) => {
    expect(parse(text)).toBe(ms);
  });

  it.each([
    "",
    "90",
    "d",
    "90 d",
    "1.5h",
    "-1d",
    "30m1h",
    "1h1h",
    "90D",
    "1w",
    "1e3s",
    " 30s",
    "9".repeat(400),
  ])("%j is none", (text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow("It must be a duration, such as 90d, 12h, 30m, 45s or 1h30m.");
  });

  it.each(["0s", "29s", "3651d", `${"9".repeat(400)}d`])("%s is out of bounds", (text) => {
    expect(() => parse(text)).toThrow("It must be from 30s to 3650d.");
  });
});
