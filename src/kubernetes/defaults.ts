import { deepEqual } from "./equality.ts";
import { parseImage } from "./image.ts";
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
  const pullPolicy = pullPolicyOf(value);
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, QUANTITIES.has(key) ? canonical(member) : member])
    .map(([key, member]): [string, unknown] => [key, withoutDefaults(member)])
    .filter(([key, member]) => !(Object.hasOwn(DEFAULTS, key) && DEFAULTS[key] === member))
    .filter(([key, member]) => !isLeftOut(key, member) && !(key === "pullPolicy" && member === pullPolicy));
  return Object.fromEntries(members);
}

/** What the API server does not keep. No class at all is another storage class than the default one. */
function isLeftOut(key: string, member: unknown): boolean {
  if (member === null || (member === "" && key !== "storageClassName")) return true;
  if (Array.isArray(member)) return member.length === 0;
  return key === "metadata" && typeof member === "object" && Object.keys(member).length === 0;
}

/** When the image of a volume is pulled, where nobody says so. */
function pullPolicyOf(source: object): string | undefined {
  if (!("reference" in source) || typeof source.reference !== "string") return undefined;
  return parseImage(source.reference)?.tag === "latest" ? "Always" : "IfNotPresent";
}

function canonical(amount: unknown): unknown {
  const quantity =
    typeof amount === "string" || typeof amount === "number" ? parseQuantity(String(amount)) : undefined;
  return quantity === undefined ? amount : formatQuantity(quantity);
}
