import { type Share } from "../kubernetes/scheduled-sum.ts";

/** Rounds an amount down to something that a person would write. */
export type Rounding = (amount: bigint) => bigint;

/** How much there is to share, whose share is cut first, and how shares are rounded. */
export interface Sharing {
  readonly most: bigint;
  readonly first: number;
  readonly rounded: Rounding;
}

/**
 * Cuts amounts until no more than `most` is taken at a time. What is cut first is the one at `first`, but not below what
 * an even cut of all would leave it: then all are cut to the same height, and what was lower stays. Cutting again changes
 * nothing.
 */
export function shareOut(shares: readonly Share[], { most, first, rounded }: Sharing): bigint[] {
  const isRunning = shares.map(({ phase }) => phase !== "init");
  const running = shares.flatMap(({ amount }, index) => (isRunning[index] === true ? [amount] : []));
  const firstRunning = shares.slice(0, first).filter(({ phase }) => phase !== "init").length;
  const cut = cutRunning(running, { most, first: first < 0 ? -1 : firstRunning, rounded });
  let [next, sidecars] = [0, 0n];
  return shares.map(({ phase, amount }) => {
    if (phase === "init") return atMost(amount, most - sidecars, rounded);
    const own = cut[next] ?? 0n;
    next += 1;
    if (phase === "sidecar") sidecars += own;
    return own;
  });
}

function cutRunning(amounts: readonly bigint[], { most, first, rounded }: Sharing): bigint[] {
  if (sumOf(amounts) <= most) return [...amounts];
  const height = evenHeight(amounts, most);
  const others = (list: readonly bigint[]): bigint => sumOf(list) - (list[first] ?? 0n);
  const rest = most - others(amounts);
  const cut =
    first >= 0 && rest >= height ? [...amounts] : amounts.map((one) => atMost(one, height, rounded));
  return cut.map((one, index) =>
    index === first ? atMost(amounts[index] ?? one, most - others(cut), rounded) : one,
  );
}

const atMost = (amount: bigint, most: bigint, rounded: Rounding): bigint =>
  amount <= most ? amount : rounded(most);

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, one) => sum + one, 0n);

/** The height to which all must be cut so that they take `most` together. */
function evenHeight(amounts: readonly bigint[], most: bigint): bigint {
  let rest = most;
  const ascending = amounts.toSorted((a, b) => (a < b ? -1 : 1));
  for (const [index, amount] of ascending.entries()) {
    const even = rest / BigInt(ascending.length - index);
    if (amount > even) return even;
    rest -= amount;
  }
  return most;
}
