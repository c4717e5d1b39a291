import { type Quantity } from "../kubernetes/quantity.ts";
import { type Phase } from "../kubernetes/scheduled-sum.ts";
import { type AmountBounds, type Bound, type Range } from "./bounds.ts";
import { type Plan } from "./settle-amounts.ts";

/** One request or limit: what is wanted, what it becomes within the bounds, and what made it so. In billionths. */
export interface Cell {
  readonly wanted: bigint | undefined;
  /** How it is written. */
  readonly format: Quantity["format"];
  now: bigint | undefined;
  by: Bound | undefined;
}

/** Request and limit of one resource, of a container or of the Pod as a whole. */
export interface Cells {
  readonly limit: Cell;
  readonly request: Cell;
}

/** One resource of one container. */
export interface Slot extends Cells {
  readonly plan: Plan;
  readonly phase: Phase;
  /** What is requested beside the limit that it comes to. */
  readonly requestUnder: (limit: bigint | undefined) => bigint | undefined;
  /** What the policy requests by default. */
  readonly usualRequest: Bound | undefined;
}

/** One resource of a Pod. */
export interface Measured {
  readonly name: string;
  /** The size of a page, where the resource is huge pages. */
  readonly page: bigint | undefined;
  /** Whether request and limit are one number. */
  readonly isIndivisible: boolean;
  /** The containers, in the order of the Pod. */
  readonly slots: readonly Slot[];
  /** Pod-level resources; both empty where the Pod has none. */
  readonly whole: Cells;
  /** Whether a limit that nobody wants rather stays low than raises a request. */
  readonly keepsRequests: boolean;
  /** Whether containers of a Pod that has a limit as a whole are left without one. */
  readonly trustsWhole: boolean;
}

/** What bounds the container by itself. */
export const rangeOf = ({ plan }: Slot, { container, step }: AmountBounds): Range =>
  plan.isStep ? step : container;

/** An amount before any bound has a word. */
export function cellOf(wanted: Quantity | undefined): Cell {
  const nanos = wanted?.nanos;
  return { wanted: nanos, format: wanted?.format ?? "BinarySI", now: nanos, by: undefined };
}

/** Gives a cell the value that a bound makes. */
export function put(cell: Cell, now: bigint, by: Bound): void {
  if (cell.now === now) return;
  cell.now = now;
  cell.by = by;
}

/** Cuts what is above a bound. */
export function cut(cell: Cell, bound: Bound | undefined): void {
  if (bound !== undefined && cell.now !== undefined && cell.now > bound.nanos) put(cell, bound.nanos, bound);
}

/** Raises what is less than a bound demands, as far as the ceiling lets it. */
export function raise(
  cell: Cell,
  bound: Bound | undefined,
  { least = bound?.nanos ?? 0n, ceiling }: { least?: bigint; ceiling: bigint | undefined },
): void {
  if (bound === undefined || cell.now === undefined) return;
  const value = ceiling !== undefined && ceiling < least ? ceiling : least;
  if (cell.now < value) put(cell, value, bound);
}

/** Whether only the bounds make a value: nobody wants one, or it was the zero that means no limit. */
export const isFilled = ({ wanted, now }: Cell): boolean =>
  now !== undefined && (wanted === undefined || (wanted === 0n && now > 0n));
