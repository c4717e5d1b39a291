import { deepEqual } from "../kubernetes/equality.ts";
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
  for (const { value, cause } of once(turn, items)) {
    const index = indexOfItem(turn.draft.read(path), value);
    if (index < 0) turn.draft.append(path, value, cause);
    else turn.draft.hold([...path, index], cause);
  }
}

/** As `join`, but new items go before those that are there: in such a list the first one wins. */
export function joinInFront<T>(turn: Turn, path: Path, items: readonly Joining<T>[]): void {
  const list = turn.draft.read(path);
  const wanted = once(turn, items);
  const missing = wanted.filter(({ value }) => indexOfItem(list, value) < 0);
  for (const [index, { value, cause }] of missing.entries()) turn.draft.insert(path, index, value, cause);
  for (const { value, cause } of wanted.filter((item) => !missing.includes(item)))
    turn.draft.hold([...path, indexOfItem(turn.draft.read(path), value)], cause);
}

/** Makes the items the first of the list, in their order: in such a list the first one wins. What is there already is moved. */
export function joinFirst<T>(turn: Turn, path: Path, items: readonly Joining<T>[]): void {
  const wanted = once(turn, items);
  if (!standsAt(turn.draft.read(path), 0, wanted)) takeOut(turn, path, wanted);
  joinInFront(turn, path, wanted);
}

/** Makes the items the last of the list, in their order: in such a list the last one wins. What is there already is moved. */
export function joinLast<T>(turn: Turn, path: Path, items: readonly Joining<T>[]): void {
  const wanted = once(turn, items);
  const list = turn.draft.read(path);
  const start = (Array.isArray(list) ? list.length : 0) - wanted.length;
  if (!standsAt(list, start, wanted)) takeOut(turn, path, wanted);
  join(turn, path, wanted);
}

function standsAt<T>(list: unknown, start: number, wanted: readonly Joining<T>[]): boolean {
  return Array.isArray(list) && wanted.every(({ value }, index) => deepEqual(list[start + index], value));
}

function takeOut<T>(turn: Turn, path: Path, wanted: readonly Joining<T>[]): void {
  for (const { value, cause } of wanted)
    for (let index = at(turn, path, value); index >= 0; index = at(turn, path, value))
      turn.draft.remove([...path, index], cause);
}

function at(turn: Turn, path: Path, value: unknown): number {
  return indexOfItem(turn.draft.read(path), value);
}

/** The items of a policy's list under one verb, each with its rule. */
export function ruledItems<T>(
  turn: Turn,
  verb: "set" | "default",
  items: readonly T[] | undefined,
): Joining<T>[] {
  return (items ?? []).map((value, index) => ({ value, cause: { rule: turn.rule(verb, index) } }));
}

/** The items without repetitions, each of which is told. */
function once<T>(turn: Turn, items: readonly Joining<T>[]): readonly Joining<T>[] {
  return items.filter(({ value, cause }, index) => {
    // That the policy's default is what the step asked is no repetition worth a word.
    const same = items.slice(0, index).filter((earlier) => deepEqual(earlier.value, value));
    const isTwice = same.some(
      (earlier) => (earlier.cause.asked === undefined) === (cause.asked === undefined),
    );
    const message = "wants the same item twice; it is given once";
    if (isTwice) turn.findOfPolicy("duplicate-left-out", [turn.id], { message, rule: cause.rule });
    return same.length === 0;
  });
}

function indexOfItem(list: unknown, value: unknown): number {
  return Array.isArray(list) ? list.findIndex((item) => deepEqual(item, value)) : -1;
}
