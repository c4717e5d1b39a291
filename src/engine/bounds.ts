import { type Quantity } from "../kubernetes/quantity.ts";

/** What a bound says of an amount. */
export type Saying =
  | "max"
  | "min"
  | "maxLimitRequestRatio"
  | "maxPod"
  | "minPod"
  | "maxPodRatio"
  | "podLimit"
  | "sum"
  | "default";

/** One word about how much there may be, and whose it is. */
export interface Bound extends Quantity {
  readonly says: Saying;
  readonly rule: string;
  readonly source: "policy" | "range" | "pod";
}

/** What bounds something from both sides; in each list the strictest comes first. */
export interface Range {
  readonly max: readonly Bound[];
  readonly min: readonly Bound[];
  readonly ratio: readonly Bound[];
}

/** Everything that bounds one resource. */
export interface AmountBounds {
  /** Each container by itself. */
  readonly container: Range;
  /** The step's own container: the same, and what policies of the namespace raise there. */
  readonly step: Range;
  /** All of them together. */
  readonly pod: Range;
}

// A container may go without a limit of these, and then takes what its node has.
const OPEN = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Whether a container without a limit of this resource takes what it can get: others it has only where it asks. */
export const isOpen = (name: string): boolean => OPEN.has(name);

/** The strictest of upper bounds. */
export function lowest(...bounds: readonly (Bound | undefined)[]): Bound | undefined {
  const [first, ...rest] = bounds.flatMap((bound) => bound ?? []);
  return rest.reduce((a, b) => (a !== undefined && a.nanos <= b.nanos ? a : b), first);
}

const UPPERS = new Set<Saying>(["max", "maxPod", "podLimit"]);

/** Whether the bound says how much there may be at most, by itself. */
export const isUpper = ({ says }: Bound): boolean => UPPERS.has(says);

/** A Pod-level limit and what made it so. */
interface Ceiling {
  readonly now: bigint | undefined;
  readonly by: Bound | undefined;
  readonly format: Quantity["format"];
}

/** The Pod-level limit as a bound of its containers. */
export function ceilingOf(name: string, { now, by, format }: Ceiling): Bound | undefined {
  if (now === undefined || (now === 0n && isOpen(name))) return undefined;
  // One that was raised bounds containers as if the Pod had said so.
  if (by !== undefined && isUpper(by)) return { ...by, nanos: now };
  return {
    says: "podLimit",
    nanos: now,
    format,
    rule: `pod#/spec/resources/limits/${name}`,
    source: "pod",
  };
}
