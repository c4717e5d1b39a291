import { type Change } from "../engine/draft.ts";
import { parsePointer } from "../kubernetes/json-pointer.ts";
import { formatPath, type Path } from "../text/path.ts";

/** A place in a Pod, or in a step's options, as reports group it: the items of a list are alike. */
export function fieldOf(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? "[]" : formatPath(["x", step]).slice(1)))
    .join("")
    .replace(/^\./, "");
}

// Digits are a key there, and an index everywhere else in a Pod.
const MAPS = new Set(["annotations", "labels", "limits", "matchLabels", "nodeSelector", "requests"]);

/** The same of what was written. */
export function fieldOfChange({ pointer }: Change): string {
  const steps = parsePointer(pointer);
  return fieldOf(
    steps.map((step, index) =>
      /^\d+$/.test(step) && !MAPS.has(steps[index - 1] ?? "") ? Number(step) : step,
    ),
  );
}
