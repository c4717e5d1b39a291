import { type Path } from "../text/path.ts";
import { type PolicyDocument } from "./policy-document.ts";
import { isWhole } from "./whole.ts";
import { isMap } from "../text/is-map.ts";

/** One document over another: its maps per key, everything else whole. */
export function overlay(under: PolicyDocument, over: PolicyDocument): PolicyDocument {
  // Both are documents, and a map is only laid over the map of the same name.
  return overlayMaps(under, over, []) as PolicyDocument;
}

type Tree = Readonly<Record<string, unknown>>;

function overlayMaps(under: Tree, over: Tree, path: Path): Tree {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const here = [...path, key];
    const below = merged[key];
    merged[key] = !isWhole(here) && isMap(below) && isMap(value) ? overlayMaps(below, value, here) : value;
  }
  return merged;
}
