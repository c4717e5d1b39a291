import { describe, expect, it } from "vitest";

import { followExpiry } from "#src/cli/serve/policy-expiry.ts";
import { type Policy } from "#src/policy/policy.ts";
import { createFakeClock } from "./fake-clock.ts";

const START = Date.parse("2027-03-31T12:00:00Z");
const HOUR = 60 * 60 * 1000;
const policy = (name: string, validUntil?: string): Policy => ({
  name,
  document: { version: "v1", ...(validUntil === undefined ? {} : { validUntil }) },
});

/** A follower at noon, and what it told. */
function following(...policies: Policy[]) {
  const clock = createFakeClock(START, 0);
  const told: string[] = [];
  const expiry = followExpiry(clock, {
    policyEnded: ({ policy: { name } }) => told.push(`${name} ended`),
    policiesStanding: (standing, now) =>
      told.push(`${new Date(now).toISOString().slice(11, 16)} ${standing.map(({ name }) => name).join(" ")}`),
  });
  expiry.follow(policies);
  return { clock, expiry, told };
}

describe("followExpiry", () => {
  it("tells once of each policy that ends, when it does", async () => {
    const { clock, told } = following(
      policy("day", "2027-03-31"),
      policy("afternoon", "2027-03-31T15:30:00Z"),
      policy("over", "2027-03-30"),
      policy("ever"),
    );
    expect(told).toEqual(["12:00 day afternoon over ever"]);

    await clock.advance(3.5 * HOUR - 1);
    expect(told).toHaveLength(1);
    await clock.advance(1);
    expect(told.slice(1)).toEqual(["afternoon ended", "15:30 day afternoon over ever"]);
    await clock.advance(30 * 24 * HOUR);

    expect(told.slice(3)).toEqual(["day ended", "00:00 day afternoon over ever"]);
    expect(clock.nextMs()).toBeUndefined();
  });

  it("follows what changes, and nothing else any more", async () => {
    const { clock, expiry, told } = following(policy("a", "2027-03-31T15:30:00Z"));

    expiry.follow([policy("a", "2027-04-01T15:30:00Z"), policy("b", "2027-03-31T16:00:00Z")]);
    await clock.advance(5 * HOUR);
    expect(told.filter((words) => words.endsWith("ended"))).toEqual(["b ended"]);
    expiry.follow([]);

    expect(clock.nextMs()).toBeUndefined();
  });

  it("looks again every hour, as clocks may be set, and at the end", () => {
    expect(following(policy("a", "2027-05-01")).clock.nextMs()).toBe(HOUR);
    expect(following(policy("a", "2027-03-31T12:00:01Z")).clock.nextMs()).toBe(1000);
    expect(following(policy("a")).clock.nextMs()).toBeUndefined();
  });

  it("waits for nothing once it is closed", () => {
    const { clock, expiry } = following(policy("a", "2027-03-31"));

    expiry.close();

    expect(clock.nextMs()).toBeUndefined();
  });

  it("tells nothing of the end of a policy that is disabled", async () => {
    const off: Policy = {
      name: "off",
      document: { version: "v1", mode: "disabled", validUntil: "2027-03-31" },
    };
    const { clock, told } = following(off);

    await clock.advance(24 * HOUR);

    expect(told).toEqual(["12:00 off"]);
  });
});
