import { deepEqual } from "../../kubernetes/equality.ts";
import { formatQuantity, parseQuantity } from "../../kubernetes/quantity.ts";
import { isMap } from "../../text/is-map.ts";
import { type Path } from "../../text/path.ts";

/** Maps of amounts, and fields that are one. */
const AMOUNTS = new Set<unknown>(["limits", "requests", "overhead"]);
const AMOUNT = new Set<unknown>(["sizeLimit", "divisor", "storage"]);

/** Whether a field has the value that is expected; amounts may be written in any way. */
export const sameField = (path: Path, actual: unknown, expected: unknown): boolean =>
  deepEqual(canonical(path, actual), canonical(path, expected));

function canonical(path: Path, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => canonical([...path, index], item));
  if (isMap(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, canonical([...path, key], member)]),
    );
  return AMOUNTS.has(path.at(-2)) || AMOUNT.has(path.at(-1)) ? amount(value) : value;
}

function amount(value: unknown): unknown {
  const quantity =
    typeof value === "string" || typeof value === "number" ? parseQuantity(String(value)) : undefined;
  // In one notation, whichever its author chose.
  return quantity === undefined ? value : formatQuantity({ ...quantity, format: "DecimalExponent" });
}
