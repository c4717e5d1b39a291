const NANOS = 10n ** 9n;
const THOUSANDTH = 10n ** 6n;
const MEBI = 2n ** 20n * NANOS;

const bytes = new Set(["memory", "ephemeral-storage"]);

/** The least part that a share of a resource is counted in: of bytes whole mebibytes, where there are as many. */
function unitOf(name: string, amount: bigint, page: bigint | undefined): bigint {
  if (page !== undefined) return page;
  if (name === "cpu") return THOUSANDTH;
  return bytes.has(name) && amount >= MEBI ? MEBI : NANOS;
}

/** Rounds a share of a resource down to what a person would write, but for what is less than a unit. */
export function roundedDown(name: string, page?: bigint): (amount: bigint) => bigint {
  return (amount) => {
    const unit = unitOf(name, amount, page);
    if (amount >= unit || page !== undefined) return amount - (amount % unit);
    return amount - (amount % THOUSANDTH);
  };
}

/** The least amount, in a resource's own units, of which `ratio` times is not less than `limit`. */
export function leastRequest(name: string, limit: bigint, ratio: bigint): bigint {
  const exact = divideUp(limit * NANOS, ratio);
  const unit = unitOf(name, exact, undefined);
  return divideUp(exact, unit) * unit;
}

/** The greatest limit that a request may have beside a ratio. */
export const greatestLimit = (request: bigint, ratio: bigint): bigint => (request * ratio) / NANOS;

const divideUp = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by;
