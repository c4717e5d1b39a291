import { type Pod } from "../kubernetes/pod.ts";
import { formatQuantity, type Quantity } from "../kubernetes/quantity.ts";
import { boundBehind } from "./bound-behind.ts";
import { type Clash, clashOf, describeClash, emptiedBy } from "./bound-clashes.ts";
import { type Measured, type Slot, rangeOf } from "./bounded-cell.ts";
import { type AmountBounds, type Bound } from "./bounds.ts";
import { fitLimits } from "./fit-limits.ts";
import { fitRequests } from "./fit-requests.ts";
import { measure, requestClaim } from "./measure-resource.ts";
import { type Plan } from "./settle-amounts.ts";
import { type Bounds, noBounds } from "./read-bounds.ts";
import { addNames, type Claim, type Kind, KINDS } from "./resource-claims.ts";
import { greatestLimit } from "./round-amount.ts";
import { agree, isSameAmount, quantityOf, type Resources } from "./resource-schema.ts";
import { tellBound, tellWhole } from "./tell-bound.ts";
import { type Turn } from "./turn.ts";

/** What is bounded, and what the policy requests by default. */
export interface Holding {
  readonly bounds: Bounds;
  readonly usual: Resources | undefined;
}

/** The resources that have bounds, in the policy or in the Pod itself. */
export function boundedNames({ spec }: Pod, { names }: Bounds): Set<string> {
  return addNames(new Set(names), spec.resources);
}

/**
 * Brings what the containers of a Pod shall have within the bounds, and tells what was beyond them. Writes nothing but
 * Pod-level resources.
 */
export function holdToBounds(turn: Turn, plans: readonly Plan[], holding: Holding): void {
  hold(turn, plans, holding);
  // What is let pass must fit into its Pod all the same.
  if (holding.bounds.onExceed === "warn") hold(turn, plans, { ...holding, bounds: noBounds });
}

function hold(turn: Turn, plans: readonly Plan[], { bounds, usual }: Holding): void {
  for (const name of boundedNames(turn.draft.pod, bounds)) {
    const measured = measure(turn, plans, {
      name,
      usual: usualRequest(turn, name, usual),
      keepsRequests: bounds.onExceed !== "clamp",
      trustsWhole: bounds.onExceed === "warn",
    });
    fitLimits(measured, bounds.of(name));
    fitRequests(measured, bounds.of(name));
    for (const slot of measured.slots) record(turn, { bounds, name, slot });
    recordWhole(turn, measured, bounds);
    if (bounds.onExceed === "warn") continue;
    tellClash(turn, name, clashOf(measured, bounds.of(name)));
    tellEmptied(turn, name, emptiedBy(measured));
  }
}

function tellClash(turn: Turn, name: string, clash: Clash | undefined): void {
  if (clash === undefined) return;
  const { rule } = clash.most.source === "policy" ? clash.most : clash.least;
  turn.findOfPolicy("bounds-clash", ["resources"], { message: describeClash(name, clash), rule });
}

function tellEmptied(turn: Turn, name: string, bound: Bound | undefined): void {
  if (bound === undefined) return;
  const message = `would leave a container no ${name}: ${formatQuantity(bound)} is too little for the containers of this Pod`;
  turn.findOfPolicy("bounds-clash", ["resources"], { message, rule: bound.rule });
}

/** Writes what became of Pod-level resources. */
function recordWhole(turn: Turn, { name, whole }: Measured, { onExceed }: Bounds): void {
  for (const kind of KINDS) {
    const cell = kind === "limits" ? whole.limit : whole.request;
    const { now, by: bound, wanted } = cell;
    if (now === undefined || wanted === undefined || bound === undefined || now === wanted) continue;
    if (onExceed === "warn" && bound.source === "pod") continue;
    const path = ["spec", "resources", kind, name];
    const value = formatQuantity({ nanos: now, format: cell.format });
    tellWhole(turn, path, { cell, bound, value, onExceed });
    if (onExceed !== "warn") turn.draft.write(path, value, { rule: bound.rule });
  }
}

function usualRequest(turn: Turn, name: string, usual: Resources | undefined): Bound | undefined {
  const text = usual?.requests?.[name];
  const quantity = text === undefined ? undefined : quantityOf(text);
  if (quantity === undefined) return undefined;
  return { ...quantity, says: "default", rule: turn.rule("default", "requests", name), source: "policy" };
}

interface Fitted {
  readonly bounds: Bounds;
  readonly name: string;
  readonly slot: Slot;
}

/** Puts what became of one container's request and limit among its settled claims. */
function record(turn: Turn, fitted: Fitted): void {
  const { name, slot } = fitted;
  const before = slot.plan.settled.get(name) ?? new Map<Kind, Claim>();
  const after = new Map(before);
  for (const kind of KINDS) {
    noteHeld(turn, fitted, kind);
    const claim = boundedClaim(turn, fitted, { kind, claim: before.get(kind) });
    if (claim !== undefined) after.set(kind, claim);
  }
  const [request, limit] = KINDS.map((kind) => after.get(kind)?.value);
  const isSound = request === undefined || limit === undefined || agree(name, request, limit);
  // Where more than the bounds is let pass, what they would fill in may not fit.
  slot.plan.settled.set(name, isSound ? after : before);
}

/** Notes what a bound yields and the Pod has already. */
function noteHeld(turn: Turn, { bounds, name, slot }: Fitted, kind: Kind): void {
  const bound = boundBehind(slot, { kind, name, bounds: bounds.of(name) });
  const path = [...slot.plan.subject.place.path, "resources", kind, name];
  if (bound !== undefined && isSameAmount(turn.draft.read(path), formatQuantity(bound)))
    turn.draft.hold(path, { rule: bound.rule });
}

function boundedClaim(
  turn: Turn,
  { bounds, name, slot }: Fitted,
  { kind, claim }: { kind: Kind; claim: Claim | undefined },
): Claim | undefined {
  const { now, by: bound, wanted } = kind === "limits" ? slot.limit : slot.request;
  if (now === undefined || bound === undefined || now === wanted) return claim;
  const value = formatQuantity({ nanos: now, format: formatFor(bound, slot) });
  const made = madeClaim(turn, { name, slot }, { kind, value, bound });
  if (claim === undefined) return made;
  // A default is nobody's asking.
  const isLetPass = bounds.onExceed === "warn" && claim.by !== "default";
  if (isLetPass && bound.source === "pod") return claim;
  const reason = reasonOf(slot, kind, { bound, bounds: bounds.of(name) });
  tellBound(turn, { claim, kind, name, value, bound: reason, slot, onExceed: bounds.onExceed });
  if (isLetPass) return claim;
  return { ...made, cause: { ...made.cause, asked: claim.cause.asked } };
}

/** A ratio that the request would break beside the limit as it is by now, else the bound: what is said must not depend on who made that limit. */
function reasonOf(slot: Slot, kind: Kind, { bound, bounds }: { bound: Bound; bounds: AmountBounds }): Bound {
  const { limit, request } = slot;
  const [ratio] = rangeOf(slot, bounds).ratio;
  if (kind === "limits" || ratio === undefined || request.wanted === undefined) return bound;
  return greatestLimit(request.wanted, ratio.nanos) < (limit.now ?? 0n) ? ratio : bound;
}

/** What a bound makes, or lets another claim be. */
function madeClaim(
  turn: Turn,
  { name, slot }: { name: string; slot: Slot },
  { kind, value, bound }: { kind: Kind; value: string; bound: Bound },
): Claim {
  const under = kind === "requests" ? requestClaim(turn, name, slot) : undefined;
  if (under !== undefined && isSameAmount(value, under.value)) return under;
  return { by: "bound", value, cause: { rule: bound.rule }, path: ["resources", kind, name] };
}

/** A request that a ratio makes is written as its limit is. */
function formatFor({ says, format }: Bound, { limit }: Slot): Quantity["format"] {
  return says === "maxLimitRequestRatio" || says === "maxPodRatio"
    ? (limit.by?.format ?? limit.format)
    : format;
}
