import { deepEqual } from "./equality.ts";
import { formatQuantity, parseQuantity } from "./quantity.ts";

/**
 * Members that the API server's defaulting adds to volumes and variables, with the value that it gives them.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/v1/defaults.go
 */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  apiVersion: "v1",
  defaultMode: 420,
  divisor: "0",
  expirationSeconds: 3600,
  optional: false,
  readOnly: false,
  type: "",
  volumeMode: "Filesystem",
};

/** Whether two values are the same once defaulting has been at either of them. */
export const sameButForDefaults = (a: unknown, b: unknown): boolean =>
  deepEqual(a, b) || deepEqual(withoutDefaults(a), withoutDefaults(b));

/** Members that hold a quantity: the API server writes it in its own way. */
const QUANTITIES = new Set(["divisor", "sizeLimit", "storage"]);

function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, QUANTITIES.has(key) ? canonical(member) : member])
    .filter(([key, member]) => !Object.hasOwn(DEFAULTS, key) || DEFAULTS[key] !== member);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutDefaults(member)]));
}

function canonical(amount: unknown): unknown {
  const quantity =
    typeof amount === "string" || typeof amount === "number" ? parseQuantity(String(amount)) : undefined;
  return quantity === undefined ? amount : formatQuantity(quantity);
}
