import { formatQuantity } from "../kubernetes/quantity.ts";
import { type Path } from "../text/path.ts";
import { type Cell, isFilled, type Slot } from "./bounded-cell.ts";
import { objectionTo, objectionToNone } from "./bound-words.ts";
import { type Bound } from "./bounds.ts";
import { type FindingCode } from "./finding.ts";
import { type Bounds } from "./read-bounds.ts";
import { type Claim, type Kind } from "./resource-claims.ts";
import { type Turn } from "./turn.ts";

/** An amount beyond a bound, and what becomes of it. */
export interface Excess {
  readonly claim: Claim;
  readonly kind: Kind;
  readonly name: string;
  /** What it becomes. */
  readonly value: string;
  readonly bound: Bound;
  readonly slot: Slot;
  readonly onExceed: Bounds["onExceed"];
}

/** Tells that somebody wants what is beyond a bound. */
export function tellBound(turn: Turn, excess: Excess): void {
  const { claim, kind, name, bound, slot } = excess;
  // Nobody wants what the API server put there; and beside a limit that the bounds made, no default is somebody's wish.
  if (claim.by === "server" || (claim.by === "default" && isFilled(slot.limit))) return;
  const code = codeOf({ ...excess, by: claim.by });
  const message = messageOf(excess, code);
  const { rule } = bound;
  if (claim.by === "asked") {
    turn.find(code, claim.path, { message, rule });
    return;
  }
  const path = claim.by === "pod" ? [...slot.plan.subject.place.path, "resources", kind, name] : claim.path;
  turn.findOfPolicy(code, path, { message: `the ${ownerOf(claim)}'s ${claim.value} ${message}`, rule });
}

function ownerOf({ by }: Claim): string {
  if (by === "pod") return "Pod";
  return by === "class" ? "class" : "policy";
}

/** Tells that a Pod-level request or limit is beyond a bound. */
export function tellWhole(
  turn: Turn,
  path: Path,
  { cell, bound, value, onExceed }: { cell: Cell; bound: Bound; onExceed: Bounds["onExceed"]; value: string },
): void {
  // The sum of what the containers request is the API server's default.
  if (bound.says === "sum" || cell.wanted === undefined) return;
  const was = formatQuantity({ nanos: cell.wanted, format: cell.format });
  const code = codeOf({ by: "pod", bound, onExceed });
  const message = `the Pod's ${was} ${withOutcome(objectionTo(bound, "the Pod's own"), { code, gets: `the Pod gets ${value}` })}`;
  turn.findOfPolicy(code, path, { message, rule: bound.rule });
}

function codeOf({
  by,
  bound,
  onExceed,
}: Pick<Excess, "bound" | "onExceed"> & Pick<Claim, "by">): FindingCode {
  // Validation would refuse the Pod: nobody can let it pass.
  if (bound.source === "pod") return "bound-clamped";
  if (onExceed === "warn") return by === "default" ? "bound-clamped" : "bound-exceeded";
  const isSomebodys = by === "asked" || by === "pod";
  return onExceed === "deny" && isSomebodys ? "bound-denied" : "bound-clamped";
}

function messageOf(excess: Excess, code: FindingCode): string {
  const { kind, value, bound, slot } = excess;
  const { limit } = slot;
  const beside = formatQuantity({ nanos: limit.now ?? 0n, format: limit.by?.format ?? limit.format });
  const isNone = kind === "limits" && limit.wanted === 0n && isFilled(limit);
  const objection = isNone ? objectionToNone(bound) : objectionTo(bound, beside);
  return withOutcome(objection, { code, gets: `the container gets ${value}` });
}

function withOutcome(objection: string, { code, gets }: { code: FindingCode; gets: string }): string {
  if (code === "bound-denied") return objection;
  return `${objection}; ${code === "bound-exceeded" ? "it is let pass" : gets}`;
}
