import { describe, expect, it } from "vitest";

import { backoffMs } from "#src/adapters/cluster/backoff.ts";

describe("a backoff", () => {
  it.each([
    { failures: 1, from: 50, to: 100 },
    { failures: 2, from: 100, to: 200 },
    { failures: 6, from: 1_600, to: 3_200 },
    { failures: 7, from: 2_500, to: 5_000 },
    { failures: 5_000, from: 2_500, to: 5_000 },
  ])("after $failures failures is $from to $to ms", ({ failures, from, to }) => {
    const waits = Array.from({ length: 200 }, () => backoffMs({ firstMs: 100, mostMs: 5_000 }, failures));

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...waits)).toBeLessThanOrEqual(to);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });
});
