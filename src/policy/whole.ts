import { type Path } from "../text/path.ts";

/** Maps that are one value wherever they stand in a section. */
const WHOLE = new Set(["fromStep", "seccompProfile", "apparmorProfile"]);

/** Whether what stands there is one value, though it is written as a map: two authors' halves of it would mean what neither said. */
export function isWhole(path: Path): boolean {
  const isClass = path[0] === "resources" && path[1] === "classes" && path.length === 3;
  return WHOLE.has(String(path.at(-1))) || isClass || (path[0] === "affinity" && path.length === 2);
}
