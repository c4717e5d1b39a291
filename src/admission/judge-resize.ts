import { breachesOf, describeBreach } from "../engine/breach.ts";
import { type Change } from "../engine/draft.ts";
import { compareQuantities, parseQuantity, type Quantity } from "../kubernetes/quantity.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Decision } from "./decision.ts";
import { badPolicies } from "./policy-findings.ts";
import { type Judged, untouched, verdict } from "./verdict.ts";
import { withAudited } from "./with-audited.ts";

// Of containers, and of the Pod as a whole.
const RESOURCES = /^\/spec\/(?:(?:initContainers|containers)\/[0-9]+\/)?resources(?:\/|$)/;

/**
 * Judges new requests and limits of a Pod that runs. What it has beyond the policy already, as it may where a policy
 * came after it, is excused as long as it becomes no worse: nobody could resize it down step by step otherwise. Pure.
 */
export function judgeResize(judged: Judged, facts: ReviewFacts, policies: PolicySet): Decision {
  return withAudited(judged.pod, facts, { policies, decideBy: (set) => judge(judged, facts, set) });
}

function judge({ pod, old }: Judged, facts: ReviewFacts, policies: PolicySet): Decision {
  const policy = policies.select(pod, facts);
  if (policy === undefined) return untouched(pod);
  const had = old === undefined ? [] : breachesOf(old, policy).breaches;
  const { breaches, findings } = breachesOf(pod, policy);
  const objections = breaches
    .filter(({ pointer }) => RESOURCES.test(pointer))
    .filter((breach) => !had.some((before) => isNoWorse(breach, before)))
    .map((breach) => describeBreach(pod, breach));
  return verdict(pod, policy, {
    objections: [...badPolicies(policies, facts), ...objections],
    told: findings.filter(({ code }) => code === "bound-exceeded"),
  });
}

/**
 * Whether a breach is excused by one at the same place: on the same side, by no more, and from no farther out. Of a sum,
 * what is cut grows with the other containers; of a ratio, what is asked grows less than the ratio itself.
 */
function isNoWorse(now: Change, before: Change): boolean {
  if (now.pointer !== before.pointer) return false;
  const [new_, old] = [excessOf(now), excessOf(before)];
  if (new_ === undefined || old === undefined) return now.before === undefined && before.before === undefined;
  if (new_.isCut !== old.isCut || new_.by > old.by) return false;
  const order = compareQuantities(new_.amount, old.amount);
  return new_.isCut ? order <= 0 : order >= 0;
}

interface Excess {
  readonly amount: Quantity;
  /** Whether there is too much, rather than too little. */
  readonly isCut: boolean;
  readonly by: bigint;
}

/** How far an amount is from what the policy lets it be; nothing where there is none. */
function excessOf({ before, after }: Change): Excess | undefined {
  const [amount, wanted] = [quantityOf(before), quantityOf(after)];
  if (amount === undefined || wanted === undefined) return undefined;
  const difference = amount.nanos - wanted.nanos;
  return { amount, isCut: difference > 0n, by: difference > 0n ? difference : -difference };
}

const quantityOf = (value: unknown): Quantity | undefined =>
  typeof value === "string" || typeof value === "number" ? parseQuantity(String(value)) : undefined;
