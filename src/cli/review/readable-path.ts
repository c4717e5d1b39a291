import { parsePointer } from "../../kubernetes/json-pointer.ts";
import { formatPath } from "../../text/path.ts";
import { valueAt } from "../../text/value-at.ts";

/** A JSON pointer as people write the path: `spec.containers[0].resources.limits["nvidia.com/gpu"]`. */
export function readablePath(pointer: string, object: unknown): string {
  const steps = parsePointer(pointer);
  return formatPath(
    steps.map((step, index) => (Array.isArray(valueAt(object, steps.slice(0, index))) ? Number(step) : step)),
  );
}
