import { deepEqual } from "./equality.ts";

/**
 * Members that the API server's defaulting adds to volumes and variables, with the value that it gives them.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/v1/defaults.go
 */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  apiVersion: "v1",
  defaultMode: 420,
  expirationSeconds: 3600,
  optional: false,
  readOnly: false,
  type: "",
  volumeMode: "Filesystem",
};

/** Whether two values are the same once defaulting has been at either of them. */
export const sameButForDefaults = (a: unknown, b: unknown): boolean =>
  deepEqual(a, b) || deepEqual(withoutDefaults(a), withoutDefaults(b));

function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(
    ([key, member]) => !Object.hasOwn(DEFAULTS, key) || DEFAULTS[key] !== member,
  );
  return Object.fromEntries(members.map(([key, member]) => [key, withoutDefaults(member)]));
}
