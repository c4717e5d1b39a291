import { type TextDocument } from "./document.ts";
import { type Path } from "./path.ts";
import { valueAt } from "./value-at.ts";

/** A part of a document as a document of its own, with the positions that it has in the whole. */
export function partOf(
  { value, position, keyPosition, written, inner }: TextDocument,
  base: Path,
): TextDocument {
  const at = (path: Path): Path => [...base, ...path];
  return {
    value: valueAt(value, base) ?? null,
    position: (path) => position(at(path)),
    keyPosition: (path) => keyPosition(at(path)),
    written: (path) => written(at(path)),
    inner: (path) => inner(at(path)),
  };
}
