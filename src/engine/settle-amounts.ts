import { type PlacedContainer } from "../kubernetes/containers.ts";
import { type Cause } from "./draft.ts";
import {
  type Claim,
  claimsOf,
  type Field,
  type Kind,
  policyClaim,
  RANKS,
  strongestClaim,
  type Subject,
  type WantedAmounts,
} from "./resource-claims.ts";
import { agree, isSameAmount } from "./resource-schema.ts";
import { type Turn } from "./turn.ts";

/** The claims that hold for one resource of a container, in the order in which they are written. */
export type Settled = Map<Kind, Claim>;

/** What one container shall have. */
export interface Plan {
  readonly subject: Subject;
  readonly isStep: boolean;
  readonly wanted: WantedAmounts;
  readonly settled: Map<string, Settled>;
}

/** Settles every named resource, so that request and limit agree in the end. Writes nothing. */
export function settleAmounts(
  turn: Turn,
  subject: Subject,
  { wanted, names }: { wanted: WantedAmounts; names: ReadonlySet<string> },
): Map<string, Settled> {
  const settled = new Map<string, Settled>();
  for (const name of names) settled.set(name, settleResource(turn, subject, { wanted, name }));
  return settled;
}

function settleResource(turn: Turn, subject: Subject, field: Omit<Field, "kind">): Settled {
  const { wanted, name } = field;
  const limits: Field = { wanted, name, kind: "limits" };
  const limit = strongestClaim(turn, subject, limits);
  const requests: Field = { wanted, name, kind: "requests", limit: limit?.value };
  const request = strongestClaim(turn, subject, requests);
  if (request === undefined || limit === undefined || agree(field.name, request.value, limit.value))
    return settled(["requests", request], ["limits", limit]);
  if (RANKS[limit.by] >= RANKS[request.by]) {
    const fits = ({ value }: Claim): boolean => agree(field.name, value, limit.value);
    const claims = claimsOf(turn, subject, requests);
    return settled(["limits", limit], ["requests", yielding(turn, claims, { stronger: limit, fits })]);
  }
  const fits = ({ value }: Claim): boolean => agree(field.name, request.value, value);
  const claims = claimsOf(turn, subject, limits);
  return settled(["requests", request], ["limits", yielding(turn, claims, { stronger: request, fits })]);
}

function settled(...claims: readonly (readonly [Kind, Claim | undefined])[]): Settled {
  const there: Settled = new Map();
  for (const [kind, claim] of claims) if (claim !== undefined) there.set(kind, claim);
  return there;
}

interface Conflict {
  readonly stronger: Claim;
  readonly fits: (claim: Claim) => boolean;
}

/** Settles what counts less, and tells that it gives way. */
function yielding(turn: Turn, claims: readonly Claim[], conflict: Conflict): Claim | undefined {
  const [first] = claims;
  if (first !== undefined) tellYielding(turn, first, conflict.stronger);
  return nearestOf(claims, conflict);
}

/**
 * What becomes of the amount that counts less: what a step or its class wants comes as near as it can; else the next
 * claim that fits holds; else what the Pod has is brought to what counts more. A default that does not fit is left out.
 */
export function nearestOf(claims: readonly Claim[], { stronger, fits }: Conflict): Claim | undefined {
  const [first] = claims;
  if (first === undefined) return undefined;
  if (RANKS[first.by] >= RANKS.class) return stronger;
  const isOnPod = claims.some(({ by }) => by === "pod" || by === "server");
  return claims.find(fits) ?? (isOnPod ? stronger : undefined);
}

function tellYielding(turn: Turn, { by, value, path }: Claim, stronger: Claim): void {
  const { rule, asked } = stronger.cause;
  const words = stronger.by === "class" ? `the class's ${stronger.value}` : (asked ?? stronger.value);
  const reason = "request and limit must agree";
  if (by === "asked") turn.find("set-by-policy", path, { message: `gives way to ${words}: ${reason}`, rule });
  else if (by === "default")
    turn.findOfPolicy("request-limit-mended", path, {
      message: `the policy's default of ${value} is left out beside ${words}: ${reason}`,
      rule,
    });
  else if (by !== "server")
    turn.findOfPolicy("request-limit-mended", path, {
      message: `the ${by === "class" ? "class" : "Pod"}'s ${value} gives way to ${words}: ${reason}`,
      rule,
    });
}

/** Writes what was settled into a container. */
export function writeAmounts(turn: Turn, { subject: { place }, wanted, settled }: Plan): void {
  for (const [name, claims] of settled)
    for (const [kind, claim] of claims) writeAmount(turn, place, { wanted, kind, name }, claim);
}

function writeAmount(turn: Turn, place: PlacedContainer, field: Field, claim: Claim): void {
  const path = [...place.path, "resources", field.kind, field.name];
  const current = turn.draft.read(path);
  if (current === undefined || !isSameAmount(current, claim.value)) {
    turn.draft.write(path, claim.value, claim.cause);
    return;
  }
  const yielding = yieldedBy(turn, field, claim);
  if (yielding !== undefined) turn.draft.hold(path, yielding);
}

/** Why the amount would be there if the Pod did not say so itself: after a first decision it does. */
function yieldedBy(turn: Turn, field: Field, { by, value, cause }: Claim): Cause | undefined {
  if (by !== "pod" && by !== "server") return cause;
  const usual = policyClaim(turn, "default", field);
  return usual !== undefined && isSameAmount(usual.value, value) ? usual.cause : undefined;
}
