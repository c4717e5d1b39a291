import { describe, expect, it } from "vitest";

import { count, enumerate } from "#src/cli/doctor/enumerate.ts";

describe("enumerate", () => {
  it.each([
    { items: [], says: "" },
    { items: ["a"], says: "a" },
    { items: ["a", "b", "c", "d", "e", "f"], says: "a, b, c, d, e, f" },
    { items: ["a", "b", "c", "d", "e", "f", "g"], says: "a, b, c, d, e and 2 more" },
  ])("says $says", ({ items, says }) => {
    expect(enumerate(items)).toBe(says);
  });
});

describe("count", () => {
  it.each([
    [0, "0 CAs"],
    [1, "1 CA"],
    [2, "2 CAs"],
  ])("of %i", (number, says) => {
    expect(count(number, "CA")).toBe(says);
  });
});
