import { formatTime } from "../text/time.ts";
import { type JointLint } from "./lint/joint-lint.ts";
import { isInForce } from "./joint-problems.ts";
import { type Policy } from "./policy.ts";
import { endOf } from "./valid-until.ts";

/** A policy that ends by itself, and when, in milliseconds since 1970. */
export interface Ending {
  readonly policy: Policy;
  readonly end: number;
}

/** The policies that end by themselves, those that end first before the others. */
export function endings(policies: readonly Policy[]): Ending[] {
  return policies
    .filter(isInForce)
    .flatMap((policy) => {
      const end = endOf(policy);
      return end === undefined ? [] : [{ policy, end }];
    })
    .sort((a, b) => a.end - b.end);
}

/** Endings in the order of their interest: those to come, the next one first, then those that are over, the last one first. */
export function soonestFirst(sorted: readonly Ending[], now: number): Ending[] {
  const isOver = ({ end }: Ending): boolean => end <= now;
  return [...sorted.filter((one) => !isOver(one)), ...sorted.filter(isOver).reverse()];
}

/** Whether the policy has ended. */
export function hasEnded(policy: Policy, now: number): boolean {
  const end = endOf(policy);
  return end !== undefined && end <= now;
}

const DAY_MS = 86_400_000;
// Long enough to renew what is still needed, however slowly an organisation turns.
const SOON_DAYS = 14;

/** What to say of policies that have ended, or will within two weeks. */
export function expiryWarnings(policies: readonly Policy[], now: number): JointLint[] {
  return endings(policies)
    .filter(({ end }) => end <= now + SOON_DAYS * DAY_MS)
    .map(({ policy, end }) => ({
      policy,
      problem: {
        code: "expiry",
        path: ["validUntil"],
        message:
          end <= now
            ? `was over at ${formatTime(end)}: the policy has no effect any more; delete it, or give it a later end`
            : `is over at ${formatTime(end)}, in ${daysBetween(now, end)}: the policy has no effect from then on`,
      },
    }));
}

function daysBetween(now: number, end: number): string {
  const days = Math.floor((end - now) / DAY_MS);
  if (days === 0) return "less than a day";
  return days === 1 ? "1 day" : `${days} days`;
}

/** When the policy ends, in words for a list of policies: `, until 2027-03-31`; nothing where it does not. */
export function describeEnd(policy: Policy, now: number): string {
  const { validUntil } = policy.document;
  if (validUntil === undefined) return "";
  return hasEnded(policy, now) ? `, ended ${validUntil}` : `, until ${validUntil}`;
}
