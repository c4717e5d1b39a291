import { describe, expect, it } from "vitest";

import { isIP } from "#src/kubernetes/ip.ts";

describe("isIP", () => {
  it.each(["10.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "fd00::1", "2001:db8::ff00:42:8329"])(
    "%s is an address",
    (text) => {
      expect(isIP(text)).toBe(true);
    },
  );

  it.each([
    ...["", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1/24", "10.0.0.1:53", " 10.0.0.1", "10.0.0.1\n"],
    ...["fd00::1::2", "fd00:::1", "[::1]", "::1/64", "registry.internal", "1".repeat(10_000)],
  ])("%j is none", (text) => {
    expect(isIP(text)).toBe(false);
  });
});
