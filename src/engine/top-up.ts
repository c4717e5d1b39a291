import { scheduledSum, type Share } from "../kubernetes/scheduled-sum.ts";

/** A share and the most that it may become. */
export interface Raisable extends Share {
  readonly most: bigint;
}

/** Raises amounts until `least` is taken at a time, the one at `first` before the others, none above its own most. */
export function topUp(shares: readonly Raisable[], least: bigint, first: number): bigint[] {
  let raised = [...shares];
  const order = [...raised.keys()].sort((a, b) => Number(b === first) - Number(a === first));
  for (const index of order) {
    const one = raised[index];
    if (one === undefined || scheduledSum(raised) >= least) continue;
    const wanted = least - othersBeside(raised, index);
    const amount = wanted < one.most ? wanted : one.most;
    raised[index] = { ...one, amount: amount > one.amount ? amount : one.amount };
  }
  // What was raised first may not matter beside what had to be raised after it.
  for (const index of order) {
    const without = raised.map((one, other) => (other === index ? (shares[index] ?? one) : one));
    if (scheduledSum(without) >= least) raised = without;
  }
  return raised.map(({ amount }) => amount);
}

/** What runs at the same time as the container at `index`. */
function othersBeside(shares: readonly Share[], index: number): bigint {
  const isInit = shares[index]?.phase === "init";
  const others = shares.filter(
    ({ phase }, other) =>
      other !== index && (isInit ? phase === "sidecar" && other < index : phase !== "init"),
  );
  return others.reduce((sum, { amount }) => sum + amount, 0n);
}
