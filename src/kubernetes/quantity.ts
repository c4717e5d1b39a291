/** An amount as `resource.Quantity` holds it: exact to a billionth, with the notation its author chose. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: "DecimalSI" | "BinarySI" | "DecimalExponent";
}

interface Unit {
  readonly multiplier: bigint;
  readonly powerOfTen: number;
  readonly format: Quantity["format"];
}

const MAX_EXPONENT = 40;
const NANOS = 10n ** 9n;
const MILLI = 10n ** 6n;
const MAX_NANOS = 10n ** 40n * NANOS;
const MAX_BINARY_NANOS = (2n ** 63n - 1n) * NANOS;

// 10^-9 to 10^18 and 2^0 to 2^60: each step is a factor of 1000 or 1024.
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

// At most 64 characters: a canonical text of what is within MAX_NANOS has fewer.
const SHAPE = /^(?=.{1,64}$)([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+)|([A-Za-z]*))$/;

/**
 * The amount a text stands for, or undefined where it is none. As in apimachinery, what is finer than a billionth is
 * rounded away from zero and a binary amount is capped at 2^63-1; unlike there, nothing without a digit is an amount
 * ("k" is 0 there), nor is a text of more than 64 characters, an exponent beyond ±40 or an amount above 10^40.
 */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/resource/quantity.go#L278
export function parseQuantity(text: string): Quantity | undefined {
  const [, sign, number, exponent, suffix = ""] = SHAPE.exec(text) ?? [];
  if (number === undefined) return undefined;
  const unit = exponent === undefined ? suffixUnit(suffix) : exponentUnit(exponent);
  const amount = unit && withinBounds(nanosOf(number, unit), unit.format);
  return amount && { ...amount, nanos: sign === "-" ? -amount.nanos : amount.nanos };
}

/** An amount of a resource as the API server keeps it: what is finer than a thousandth is rounded away from zero. */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/v1/defaults.go#L39
export function toThousandths({ nanos, format }: Quantity): Quantity {
  const excess = nanos % MILLI;
  if (excess === 0n) return { nanos, format };
  return { nanos: nanos - excess + (nanos > 0n ? MILLI : -MILLI), format };
}

/** The canonical text of an amount, as the API server writes it; never rounds. */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/resource/quantity.go#L425, but for what is above
// 1000E: for lack of a suffix apimachinery writes 10^21 as "1", this writes "1000E".
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  if (format === "BinarySI" && isWholeAndLarge(nanos)) {
    const { rest, times } = withoutFactors(nanos / NANOS, 1024n, binarySuffixes.length - 1);
    return `${rest}${binarySuffixes[times] ?? ""}`;
  }
  if (format === "DecimalExponent") {
    const { rest, times } = withoutFactors(nanos, 1000n, Infinity);
    return times === 3 ? String(rest) : `${rest}e${3 * times - 9}`;
  }
  const { rest, times } = withoutFactors(nanos, 1000n, decimalSuffixes.length - 1);
  return `${rest}${decimalSuffixes[times] ?? ""}`;
}

/** The order of two amounts, whatever their notations; fits `sort`. */
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.nanos === b.nanos) return 0;
  return a.nanos < b.nanos ? -1 : 1;
}

function suffixUnit(suffix: string): Unit | undefined {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal !== -1) return { multiplier: 1n, powerOfTen: 3 * decimal - 9, format: "DecimalSI" };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary !== -1) return { multiplier: 1024n ** BigInt(binary), powerOfTen: 0, format: "BinarySI" };
  return undefined;
}

function exponentUnit(exponent: string): Unit | undefined {
  const powerOfTen = Number(exponent);
  if (Math.abs(powerOfTen) > MAX_EXPONENT) return undefined;
  return { multiplier: 1n, powerOfTen, format: "DecimalExponent" };
}

function nanosOf(number: string, { multiplier, powerOfTen: ownPower }: Unit): bigint {
  const [whole = "", fraction = ""] = number.split(".");
  const value = BigInt(whole + fraction) * multiplier;
  const powerOfTen = 9 + ownPower - fraction.length;
  if (powerOfTen >= 0) return value * 10n ** BigInt(powerOfTen);
  const divisor = 10n ** BigInt(-powerOfTen);
  return (value + divisor - 1n) / divisor;
}

function withinBounds(nanos: bigint, format: Quantity["format"]): Quantity | undefined {
  if (format !== "BinarySI") return nanos > MAX_NANOS ? undefined : { nanos, format };
  if (nanos > MAX_BINARY_NANOS) return { nanos: MAX_BINARY_NANOS, format };
  return { nanos, format: nanos > 0n && nanos < NANOS ? "DecimalSI" : format };
}

const isWholeAndLarge = (nanos: bigint): boolean =>
  nanos % NANOS === 0n && (nanos >= 1024n * NANOS || nanos <= -1024n * NANOS);

function withoutFactors(value: bigint, factor: bigint, most: number): { rest: bigint; times: number } {
  let rest = value;
  let times = 0;
  while (times < most && rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return { rest, times };
}
