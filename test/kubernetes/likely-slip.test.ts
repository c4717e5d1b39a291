import { describe, expect, it } from "vitest";

import { likelySlip } from "#src/kubernetes/likely-slip.ts";
import { parseQuantity } from "#src/kubernetes/quantity.ts";

describe("a likely slip", () => {
  it.each([
    { name: "memory", text: "400m", says: "of memory is 0.4 bytes; 400Mi?" },
    { name: "memory", text: "512", says: "of memory is 512 bytes; 512Mi?" },
    { name: "memory", text: "4", says: "of memory is 4 bytes; 4Gi?" },
    { name: "memory", text: "1.5", says: "of memory is 1.5 bytes; 1.5Gi?" },
    { name: "memory", text: "512k", says: "of memory is 512000 bytes; 512Mi?" },
    { name: "memory", text: "64Ki", says: "of memory is 65536 bytes; 64Mi?" },
    { name: "memory", text: "1e3", says: "of memory is 1000 bytes; is that meant?" },
    { name: "memory", text: "1000000000m", says: "of memory is 1000000 bytes; 1000000000Mi?" },
    { name: "memory", text: "3E", says: "of memory is 2728484.105 Ti; 3Gi?" },
    { name: "ephemeral-storage", text: "10", says: "of ephemeral-storage is 10 bytes; 10Gi?" },
    { name: "cpu", text: "500", says: "of cpu is 500 cores; 500m?" },
    { name: "cpu", text: "500M", says: "of cpu is 500000000 cores; 500m?" },
    { name: "cpu", text: "250Mi", says: "of cpu is 262144000 cores; 250m?" },
    { name: "cpu", text: "1e3", says: "of cpu is 1000 cores; is that meant?" },
    { name: "cpu", text: "500u", says: "of cpu is less than a thousandth of a core; 500m?" },
    { name: "cpu", text: "0.5m", says: "of cpu is less than a thousandth of a core; 0.5?" },
  ])("is $text of $name", ({ name, text, says }) => {
    expect(likelySlip({ name, text, quantity: parseQuantity(text) })).toBe(says);
  });

  it.each([
    { name: "memory", text: "0" },
    { name: "memory", text: "1Mi" },
    { name: "memory", text: "536870912" },
    { name: "memory", text: "1.5Gi" },
    { name: "memory", text: "24Ti" },
    { name: "cpu", text: "1m" },
    { name: "cpu", text: "64" },
    { name: "cpu", text: "0" },
    { name: "nvidia.com/gpu", text: "400" },
    { name: "hugepages-2Mi", text: "4Mi" },
    { name: "memory", text: "no amount" },
  ])("is not $text of $name", ({ name, text }) => {
    expect(likelySlip({ name, text, quantity: parseQuantity(text) })).toBeUndefined();
  });

  it("is too little as an upper bound, but never too much", () => {
    expect(
      likelySlip({ name: "memory", text: "16", quantity: parseQuantity("16"), isUpperBound: true }),
    ).toBe("of memory is 16 bytes; 16Mi?");
    expect(
      likelySlip({ name: "cpu", text: "128", quantity: parseQuantity("128"), isUpperBound: true }),
    ).toBeUndefined();
  });
});
