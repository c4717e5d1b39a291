import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  toThousandths,
} from "#src/kubernetes/quantity.ts";

const canonical = (text: string): string | undefined => {
  const quantity = parseQuantity(text);
  return quantity && formatQuantity(quantity);
};

// Each line was asked of apimachinery v0.36.0 (ParseQuantity, then CanonicalizeBytes).
const facts: Record<string, string> = {
  "0": "0",
  "-0": "0",
  "0Ki": "0",
  "0E5": "0",
  "1": "1",
  "+1": "1",
  "01": "1",
  "5.": "5",
  ".5": "500m",
  "0.5": "500m",
  "1.25": "1250m",
  "1000m": "1",
  "100m": "100m",
  "1000u": "1m",
  "1n": "1n",
  "999n": "999n",
  "2000": "2k",
  "1.5k": "1500",
  "200M": "200M",
  "12E": "12E",
  "1E": "1E",
  "-512": "-512",
  "9223372036854775807": "9223372036854775807",
  // Decimal amounts are not capped.
  "1234567890123456789012": "1234567890123456789012",
  "1024Mi": "1Gi",
  "1.5Gi": "1536Mi",
  "0.5Mi": "512Ki",
  "512Ki": "512Ki",
  "1Ti": "1Ti",
  "3000Pi": "3000Pi",
  "-1Ki": "-1Ki",
  "-2Ki": "-2Ki",
  // Under 1024, or not whole: decimal.
  "1.5Ki": "1536",
  "0.5Ki": "512",
  "0.1Ki": "102400m",
  "1.1Ki": "1126400m",
  "0.0001Ki": "102400u",
  "1.0000000001Gi": "1073741824107374183n",
  // Binary amounts are capped.
  "8Ei": "9223372036854775807",
  "-8Ei": "-9223372036854775807",
  "9223372036854775808Ki": "9223372036854775807",
  "1e3": "1e3",
  "1E3": "1e3",
  "1e+3": "1e3",
  "1E-3": "1e-3",
  "1e1": "10",
  "12e5": "1200e3",
  "1000e0": "1e3",
  "1e21": "1e21",
  // Finer than a billionth: away from zero.
  "0.0000000001": "1n",
  "-0.0000000001": "-1n",
  "1e-10": "1e-9",
  "1e-40": "1e-9",
};

const notQuantities = [
  ...[
    "",
    " ",
    "1 ",
    " 1",
    "1_000",
    "1,5",
    "1 Gi",
    "１",
    "NaN",
    "Infinity",
    "0x10",
    "--1",
    "+-1",
    "1..2",
    "1.2.3",
  ],
  ...[
    "1K",
    "1ki",
    "1mi",
    "1gb",
    "1Kib",
    "1KI",
    "1e",
    "1e+",
    "1E-",
    "1e3.5",
    "1e3k",
    "1Ee3",
    "1m3",
    "1+3",
    "1\n",
  ],
];

describe("parseQuantity, formatQuantity", () => {
  it.each(Object.entries(facts))("%s is %s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each(notQuantities)("%j is no quantity", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    { text: "-", why: "0 to apimachinery, a slip to everyone else" },
    { text: ".", why: "likewise" },
    { text: "k", why: "likewise" },
    { text: "e3", why: "likewise" },
    { text: "1e41", why: "exponent out of bounds" },
    { text: "1e-41", why: "exponent out of bounds" },
    { text: "1e4294967296", why: "wraps round to 1 in apimachinery" },
    { text: "1e999999999999999999999", why: "exponent out of bounds" },
    { text: "11e39", why: "above 10^40" },
    { text: "1".repeat(65), why: "too long" },
    { text: `${"0".repeat(1_000_000)}1`, why: "much too long" },
  ])("$text is refused: $why", ({ text }) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    { text: "1000E", expected: "1000E" },
    { text: "-10000E", expected: "-10000E" },
    { text: "1e39", expected: "1e39" },
  ])("$text keeps its value where no suffix is left: $expected", ({ text, expected }) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each<{ text: string; quantity: Quantity }>([
    { text: "250m", quantity: { nanos: 250_000_000n, format: "DecimalSI" } },
    { text: "1Ki", quantity: { nanos: 1024n * 10n ** 9n, format: "BinarySI" } },
    { text: "0.5Ki", quantity: { nanos: 512n * 10n ** 9n, format: "BinarySI" } },
    { text: "0.0001Ki", quantity: { nanos: 102_400_000n, format: "DecimalSI" } },
    { text: "-2e0", quantity: { nanos: -2n * 10n ** 9n, format: "DecimalExponent" } },
  ])("reads $text exactly", ({ text, quantity }) => {
    expect(parseQuantity(text)).toEqual(quantity);
  });

  it.prop([quantityText()])("a canonical text means the same and stays as it is", (text) => {
    const quantity = parseQuantity(text);
    fc.pre(quantity !== undefined);

    const once = formatQuantity(quantity);

    expect(parseQuantity(once)?.nanos).toBe(quantity.nanos);
    expect(canonical(once)).toBe(once);
  });

  it.prop([fc.stringMatching(/^[0-9.eEkKMmiGu+-]{0,8}$/)])("never throws", (text) => {
    const quantity = parseQuantity(text);

    if (quantity !== undefined) expect(formatQuantity(quantity)).not.toBe("");
  });
});

describe("toThousandths", () => {
  it.each([
    { text: "1", kept: "1" },
    { text: "1n", kept: "1m" },
    { text: "1500u", kept: "2m" },
    { text: "-1500u", kept: "-2m" },
    { text: "0", kept: "0" },
    { text: "1.5Gi", kept: "1536Mi" },
    { text: "1.123456789Gi", kept: "1206302541807m" },
    { text: "1e-5", kept: "1e-3" },
  ])("of $text are $kept", ({ text, kept }) => {
    const quantity = parseQuantity(text);

    expect(quantity && formatQuantity(toThousandths(quantity))).toBe(kept);
  });
});

describe("compareQuantities", () => {
  it.each([
    { a: "1", b: "1000m", expected: 0 },
    { a: "1Gi", b: "1G", expected: 1 },
    { a: "-1", b: "0", expected: -1 },
    { a: "9007199254740993", b: "9007199254740992", expected: 1 },
    { a: "1e3", b: "1k", expected: 0 },
  ])("$a against $b is $expected", ({ a, b, expected }) => {
    expect(compareQuantities(parsed(a), parsed(b))).toBe(expected);
  });

  it.prop([decimal(), decimal()])("orders as exact fractions do", (a, b) => {
    // Cross-multiplied: a/10^m against b/10^n.
    const left = BigInt(a.digits) * 10n ** BigInt(b.places);
    const right = BigInt(b.digits) * 10n ** BigInt(a.places);

    const order = compareQuantities(parsed(textOf(a)), parsed(textOf(b)));

    expect(order).toBe(left === right ? 0 : left < right ? -1 : 1);
  });
});

interface Decimal {
  readonly digits: number;
  readonly places: number;
}

function decimal(): fc.Arbitrary<Decimal> {
  return fc.record({ digits: fc.integer(), places: fc.integer({ min: 0, max: 9 }) });
}

const textOf = ({ digits, places }: Decimal): string => `${digits}e-${places}`;

function quantityText(): fc.Arbitrary<string> {
  const digits = fc.stringMatching(/^[0-9]{1,24}$/);
  const suffix = fc.constantFrom(
    ...["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e7", "E-12"],
  );
  return fc
    .tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits, { nil: "" }), suffix)
    .map(([sign, whole, fraction, end]) => `${sign}${whole}.${fraction}${end}`);
}

function parsed(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} is no quantity`);
  return quantity;
}
