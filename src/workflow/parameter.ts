import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";

/** The value of a variable: a text, or one that only Woodpecker's server knows. */
export type Parameter = { readonly value: string } | { readonly isSecret: true };

/**
 * The text that a setting or a variable becomes: words and numbers as they are, a list of them with commas between, and
 * everything else JSON. Nothing of what is not there.
 */
export function readParameter(value: unknown): Parameter | undefined {
  if (value === null || value === undefined) return undefined;
  if (holdsSecret(value)) return { isSecret: true };
  const scalar = scalarText(value);
  if (scalar !== undefined) return { value: scalar };
  if (Array.isArray(value)) return { value: listText(value) };
  return { value: JSON.stringify(value, jsonMember) };
}

function listText(items: readonly unknown[]): string {
  const words = items.map((item) => (item === null ? "" : scalarText(item)));
  if (words.every((word) => word !== undefined)) return words.join(",");
  return JSON.stringify(items, jsonMember);
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (!(value instanceof Numeric)) return undefined;
  // A number goes through the server as a number: 1.10 comes out as 1.1, a long whole number as it is.
  return /^-?\d+$/.test(value.source) ? value.source : String(value.value);
}

function jsonMember(_: string, member: unknown): unknown {
  return member instanceof Numeric ? member.value : member;
}

/** Whether a secret is part of the value, so that it is known as a whole to nobody else. */
function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isMap(value) || value instanceof Numeric) return false;
  return typeof value["from_secret"] === "string" || Object.values(value).some(holdsSecret);
}
