import { type Decision } from "../admission/decision.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Path } from "../text/path.ts";

/** The rule that wrote last what stands at a place of the Pod, or a part of it, or something that it is a part of; nothing
 * where it is the Pod's own word. */
export function ruleBehind({ changes }: Decision, path: Path): string | undefined {
  const pointer = formatPointer(path);
  const touches = (one: string): boolean =>
    one === pointer || one.startsWith(`${pointer}/`) || pointer.startsWith(`${one}/`);
  return changes.findLast((change) => touches(change.pointer))?.rule;
}
