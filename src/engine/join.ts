import { covers } from "../kubernetes/equality.ts";
import { type Path } from "../text/path.ts";
import { type Cause } from "./draft.ts";
import { type Turn } from "./turn.ts";

/** An item that someone wants in a list, and why. */
export interface Joining<T> {
  readonly value: T;
  readonly cause: Cause;
}

/** Adds the items to the list at `path` that it does not hold yet; what is there stays, in its order. */
export function join<T>(turn: Turn, path: Path, items: readonly Joining<T>[]): void {
  for (const { value, cause } of items) {
    const index = indexOfItem(turn.draft.read(path), value);
    if (index < 0) turn.draft.append(path, value, cause);
    else turn.draft.hold([...path, index], cause);
  }
}

/** As `join`, but new items go before those that are there: in such a list the first one wins. */
export function joinInFront<T>(turn: Turn, path: Path, items: readonly Joining<T>[]): void {
  const list = turn.draft.read(path);
  const missing = items.filter(({ value }) => indexOfItem(list, value) < 0);
  for (const [index, { value, cause }] of missing.entries()) turn.draft.insert(path, index, value, cause);
  for (const { value, cause } of items.filter((item) => !missing.includes(item)))
    turn.draft.hold([...path, indexOfItem(turn.draft.read(path), value)], cause);
}

/** The items of a policy's list under one verb, each with its rule. */
export function ruledItems<T>(
  turn: Turn,
  verb: "set" | "default",
  items: readonly T[] | undefined,
): Joining<T>[] {
  return (items ?? []).map((value, index) => ({ value, cause: { rule: turn.rule(verb, index) } }));
}

// The API server's defaulting may have added members to an item since it was written: it is still that item.
function indexOfItem(list: unknown, value: unknown): number {
  return Array.isArray(list) ? list.findIndex((item) => covers(item, value)) : -1;
}
