import { type Comparison, type Difference, type DifferenceKind } from "../../audit/comparison.ts";

/** What makes a comparison fail: any difference, nothing, or what is graver by the new policies. */
export const FAIL_ON = {
  any: undefined,
  none: [],
  denied: ["newly-denied"],
  refused: ["newly-denied", "newly-refused"],
  clamped: ["newly-denied", "newly-refused", "newly-clamped"],
} as const satisfies Readonly<Record<string, readonly DifferenceKind[] | undefined>>;

export type FailOn = keyof typeof FAIL_ON;

/** Whether such a difference is a failure. */
export function fails({ kind }: Pick<Difference, "kind">, failOn: FailOn): boolean {
  const kinds: readonly DifferenceKind[] | undefined = FAIL_ON[failOn];
  return kinds === undefined || kinds.includes(kind);
}

/** Whether there is any of them. */
export const isFailed = ({ differences }: Comparison, failOn: FailOn): boolean =>
  differences.some((difference) => fails(difference, failOn));
