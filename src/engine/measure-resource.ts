import { hugePageSize } from "../kubernetes/names.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { formatQuantity, type Quantity, toThousandths } from "../kubernetes/quantity.ts";
import { phaseOf } from "../kubernetes/scheduled-sum.ts";
import { type Cells, cellOf, type Measured, type Slot } from "./bounded-cell.ts";
import { type Bound } from "./bounds.ts";
import { type Claim, claimsOf, type Kind } from "./resource-claims.ts";
import { agree, isIndivisible, quantityOf } from "./resource-schema.ts";
import { nearestOf, type Plan } from "./settle-amounts.ts";
import { type Turn } from "./turn.ts";

/** What is to be measured, and how. */
export interface Question {
  readonly name: string;
  /** What the policy requests by default. */
  readonly usual: Bound | undefined;
  readonly keepsRequests: boolean;
  readonly trustsWhole: boolean;
}

/** One resource of a Pod as its containers shall have it. */
export function measure(turn: Turn, plans: readonly Plan[], question: Question): Measured {
  const { name, keepsRequests, trustsWhole } = question;
  return {
    name,
    page: hugePageSize(name)?.nanos,
    isIndivisible: isIndivisible(name),
    slots: plans.map((plan) => slotOf(turn, plan, question)),
    whole: wholeOf(turn.draft.pod, name),
    keepsRequests,
    trustsWhole,
  };
}

function slotOf(turn: Turn, plan: Plan, { name, usual }: Question): Slot {
  const claims = plan.settled.get(name);
  const limit = cellOf(exactly(claims?.get("limits")?.value));
  const request = cellOf(exactly(claims?.get("requests")?.value));
  const slot: Slot = {
    phase: phaseOf(plan.subject.place),
    limit,
    request,
    plan,
    requestUnder: () => exactly(requestClaim(turn, name, slot)?.value)?.nanos,
    usualRequest: usual,
  };
  return slot;
}

/** The claim to a request that holds beside the limit as it is by now. */
export function requestClaim(turn: Turn, name: string, { plan, limit }: Slot): Claim | undefined {
  const { subject, wanted, settled } = plan;
  const usual = settled.get(name)?.get("requests");
  if (limit.now === undefined || limit.now === limit.wanted || limit.by === undefined) return usual;
  const value = formatQuantity({ nanos: limit.now, format: limit.by.format });
  const claims = claimsOf(turn, subject, { wanted, kind: "requests", name, limit: value });
  const fits = (claim: Claim): boolean => agree(name, claim.value, value);
  const [first] = claims;
  if (first === undefined || fits(first)) return first;
  const path = ["resources", "limits", name];
  return nearestOf(claims, { stronger: { by: "bound", value, cause: { rule: limit.by.rule }, path }, fits });
}

/** The Pod-level request and limit; a Pod has them of few resources. */
function wholeOf({ spec }: Pod, name: string): Cells {
  const amount = (kind: Kind): Quantity | undefined => exactly(spec.resources?.[kind]?.[name]);
  return { limit: cellOf(amount("limits")), request: cellOf(amount("requests")) };
}

/** An amount, exact, as the API server keeps it. */
function exactly(text: string | number | undefined): Quantity | undefined {
  const quantity = text === undefined ? undefined : quantityOf(String(text));
  return quantity === undefined ? undefined : toThousandths(quantity);
}
