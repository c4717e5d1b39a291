import { APPLIED } from "../engine/annotations.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { isMap } from "../text/is-map.ts";
import { type Path } from "../text/path.ts";

/** A part in which two Pods differ. */
export interface PodDifference {
  /** As people group it: items of lists are alike, but for variables, which have their name. */
  readonly place: Path;
  readonly old: PodPart;
  readonly new: PodPart;
}

/** A part of a Pod, and where it stands there; absent where nothing does. */
export interface PodPart {
  readonly path: Path;
  readonly value?: unknown;
}

/** Where two Pods differ, but for what Podpecker notes on them itself. Items of lists are held to be the same by their name,
 * mounts by their path, all others where they are equal. */
export const podDifferences = (older: Pod, newer: Pod): PodDifference[] =>
  differences({ place: [], old: { path: [], value: older }, new: { path: [], value: newer } });

function differences(pair: PodDifference): PodDifference[] {
  const { place, old: older, new: newer } = pair;
  const [a, b] = [older.value, newer.value];
  if (deepEqual(a, b) || place.at(-1) === APPLIED) return [];
  if (areBoth(isMap, a, b)) return members(pair).flatMap(differences);
  return areBoth(Array.isArray, a, b) ? items(pair) : [pair];
}

/** Nothing counts as an empty one. */
const areBoth = (is: (value: unknown) => boolean, a: unknown, b: unknown): boolean =>
  (is(a) && (is(b) || b === undefined)) || (is(b) && a === undefined);

function members({ place, old: older, new: newer }: PodDifference): PodDifference[] {
  const [a, b] = [isMap(older.value) ? older.value : {}, isMap(newer.value) ? newer.value : {}];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().map((key) => ({
    place: [...place, key],
    old: partOf([...older.path, key], a[key]),
    new: partOf([...newer.path, key], b[key]),
  }));
}

function items({ place, old: older, new: newer }: PodDifference): PodDifference[] {
  const [a, b] = [keyed(older), keyed(newer)];
  const isEnvironment = place.at(-1) === "env";
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => {
    const [before = { path: older.path }, after = { path: newer.path }] = [a.get(key), b.get(key)];
    const item = { place: [...place, isEnvironment ? key : 0], old: before, new: after };
    // What only one of the lists has is told as a whole.
    return a.has(key) && b.has(key) ? differences(item) : [item];
  });
}

const partOf = (path: Path, value: unknown): PodPart => (value === undefined ? { path } : { path, value });

/** The items of a list by what makes them the same; equal ones by their number as well. */
function keyed({ path, value }: PodPart): Map<string, PodPart> {
  const parts = new Map<string, PodPart>();
  for (const [index, item] of (Array.isArray(value) ? (value as unknown[]) : []).entries()) {
    const key = keyOf(item);
    const times = parts.has(key) ? ` (${index})` : "";
    parts.set(`${key}${times}`, { path: [...path, index], value: item });
  }
  return parts;
}

function keyOf(item: unknown): string {
  const { mountPath, name } = isMap(item) ? item : {};
  if (typeof mountPath === "string") return mountPath;
  return typeof name === "string" ? name : JSON.stringify(item);
}
