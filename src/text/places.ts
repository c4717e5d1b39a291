import { type Document, isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml";

import { Numeric } from "./numeric.ts";
import { type Path } from "./path.ts";
import { type Position } from "./problem.ts";

/** Where a value stands in its text, and what its author wrote there. */
export interface Place {
  readonly position: Position;
  /** Where its key stands. */
  readonly key?: Position;
  readonly written?: string;
  /** Of a literal block, which begins on the line after its header: how far its lines are indented. */
  readonly indent?: number;
}

/** The places of a value and of what it holds. */
export interface Places {
  readonly place: Place;
  readonly members?: ReadonlyMap<string | number, Places>;
}

/** The places of all values of a document; they take a tenth of the memory of the tree that they are read from. */
export function placesOf(
  document: Document,
  text: string,
  at: (offset: number) => Position,
): Places | undefined {
  const walk = (node: unknown, key?: Position): Places | undefined => {
    if (!isNode(node)) return undefined;
    const place = {
      position: at(node.range?.[0] ?? 0),
      ...(key === undefined ? {} : { key }),
      ...writtenAt(node, text),
      ...indentAt(node, text),
    };
    if (!isSeq(node) && !isMap(node)) return { place };
    const members = new Map<string | number, Places>();
    const add = (name: string | number, places: Places | undefined): void => {
      if (places !== undefined) members.set(name, places);
    };
    if (isSeq(node)) for (const [index, item] of node.items.entries()) add(index, walk(item));
    else for (const pair of node.items) add(keyName(pair), walk(pair.value, keyPlace(pair, at)));
    return { place, members };
  };
  return walk(document.contents);
}

/** The place of the value at a path, or the nearest one on the way to it. */
export function placeAt(places: Places | undefined, path: Path): Place {
  let nearest = places;
  for (const step of path) {
    const next = nearest?.members?.get(step);
    // What nobody wrote stands where the thing around it stands, and has no words of its own.
    if (next === undefined) return { position: nearest?.place.position ?? nowhere.position };
    nearest = next;
  }
  return nearest?.place ?? nowhere;
}

const nowhere: Place = { position: { line: 1, column: 1 } };

function keyName({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function keyPlace({ key }: Pair, at: (offset: number) => Position): Position | undefined {
  return isNode(key) && key.range ? at(key.range[0]) : undefined;
}

function writtenAt(node: Node, text: string): Pick<Place, "written"> {
  if (isScalar(node))
    return { written: node.value instanceof Numeric ? node.value.source : String(node.value) };
  if (!node.range) return {};
  // Longer than anybody quotes; the rest need not be kept.
  const end = Math.min(node.range[1], node.range[0] + 200);
  return { written: text.slice(node.range[0], end).replace(/\s+/g, " ").trim() };
}

/** How far the block is indented: what its first line has more of blanks in the text than in the value. */
function indentAt(node: Node, text: string): Pick<Place, "indent"> {
  if (!isScalar(node) || node.type !== "BLOCK_LITERAL") return {};
  const body = text.slice(text.indexOf("\n", node.range?.[0] ?? 0) + 1);
  return { indent: firstBlanks(body) - firstBlanks(String(node.value)) };
}

function firstBlanks(lines: string): number {
  const blank = /^\s*\n/.exec(lines)?.[0].length ?? 0;
  return /^ */.exec(lines.slice(blank))?.[0].length ?? 0;
}
