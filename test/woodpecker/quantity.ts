const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([+-]?\d+))$/;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO = 1_000_000_000n;

/**
 * A quantity as Kubernetes prints it: the same number with the largest suffix that leaves an integer.
 * @throws {RangeError} when the text is none.
 */
export function parseQuantity(text: string): string {
  const { sign, digits, decimals, suffix, exponent } = parseParts(text);
  const binary = BINARY.indexOf(suffix, 1);
  const tens = binary > 0 ? 0 : (exponent ?? 3 * (DECIMAL.indexOf(suffix) - 3));
  const nanos = scaled(digits * 1024n ** BigInt(Math.max(binary, 0)), tens - decimals + 9);
  if (nanos === 0n) return "0";
  const fitsBinary = nanos >= 1024n * NANO && nanos % NANO === 0n;
  return (
    sign +
    (binary > 0 && fitsBinary ? printBinary(nanos / NANO) : printDecimal(nanos, exponent !== undefined))
  );
}

function parseParts(text: string) {
  const [, sign = "", integer = "", fraction = "", suffix = "", exponent] = QUANTITY.exec(text) ?? [];
  if (integer + fraction === "") throw new RangeError(`"${text}" is not a quantity`);
  return {
    sign: sign.replace("+", ""),
    digits: BigInt(integer + fraction),
    decimals: fraction.length,
    suffix,
    exponent: exponent === undefined ? undefined : Number(exponent),
  };
}

// Kubernetes keeps nine decimals and rounds what is finer away from zero.
function scaled(digits: bigint, tens: number): bigint {
  if (tens >= 0) return digits * 10n ** BigInt(tens);
  const divisor = 10n ** BigInt(-tens);
  return (digits + divisor - 1n) / divisor;
}

function printBinary(value: bigint): string {
  const [count, steps] = reduced(value, 1024n, BINARY.length - 1);
  return `${count}${BINARY[steps] ?? ""}`;
}

function printDecimal(nanos: bigint, scientific: boolean): string {
  const [count, steps] = reduced(nanos, 1000n, DECIMAL.length - 1);
  const power = 3 * (steps - 3);
  return scientific && power !== 0 ? `${count}e${power}` : `${count}${DECIMAL[steps] ?? ""}`;
}

function reduced(count: bigint, base: bigint, max: number): [bigint, number] {
  let steps = 0;
  for (; steps < max && count % base === 0n; steps++) count /= base;
  return [count, steps];
}
