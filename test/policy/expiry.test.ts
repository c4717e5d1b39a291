import { describe, expect, it } from "vitest";

import { describeEnd, endings, expiryWarnings, hasEnded, soonestFirst } from "#src/policy/expiry.ts";
import { type Policy } from "#src/policy/policy.ts";
import { NOW } from "#test/now.ts";

const policy = (name: string, validUntil?: string): Policy => ({
  name,
  document: { version: "v1", ...(validUntil === undefined ? {} : { validUntil }) },
});
// It is noon of 2026-11-27.
const policies = [
  policy("none"),
  policy("later", "2027-01-31"),
  policy("soon", "2026-11-30"),
  policy("old", "2026-11-01"),
  policy("older", "2020-01-01T00:00:00+01:00"),
];
const names = (found: readonly { readonly policy: Policy }[]): string[] =>
  found.map((one) => one.policy.name);

describe("endings", () => {
  it("are in their order in time", () => {
    expect(names(endings(policies))).toEqual(["older", "old", "soon", "later"]);
  });

  it("are in the order of their interest: what is to come, then what is over", () => {
    expect(names(soonestFirst(endings(policies), NOW))).toEqual(["soon", "later", "old", "older"]);
  });
});

describe("expiryWarnings", () => {
  it.each([
    { validUntil: "2026-11-26", says: "was over at 2026-11-27T00:00:00Z: the policy has no effect any more" },
    { validUntil: "2026-11-27T12:00:00Z", says: "was over at 2026-11-27T12:00:00Z" },
    { validUntil: "2026-11-27", says: "is over at 2026-11-28T00:00:00Z, in less than a day" },
    { validUntil: "2026-11-28", says: "in 1 day:" },
    { validUntil: "2026-12-11T12:00:00Z", says: "in 14 days:" },
  ])("of $validUntil say: $says", ({ validUntil, says }) => {
    const [warning, ...others] = expiryWarnings([policy("a", validUntil)], NOW);

    expect(warning?.problem.path).toEqual(["validUntil"]);
    expect(warning?.problem.message).toContain(says);
    expect(others).toEqual([]);
  });

  it.each(["2026-12-11", "2026-12-11T12:00:01Z", undefined])("say nothing yet of %s", (validUntil) => {
    expect(expiryWarnings([policy("a", validUntil)], NOW)).toEqual([]);
  });
});

describe("the end of a policy", () => {
  it.each([
    { validUntil: undefined, words: "", ended: false },
    { validUntil: "2026-11-27", words: ", until 2026-11-27", ended: false },
    { validUntil: "2026-11-26", words: ", ended 2026-11-26", ended: true },
  ])("$validUntil in words: $words", ({ validUntil, words, ended }) => {
    expect(describeEnd(policy("a", validUntil), NOW)).toBe(words);
    expect(hasEnded(policy("a", validUntil), NOW)).toBe(ended);
  });
});
