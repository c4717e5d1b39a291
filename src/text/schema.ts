import { z } from "zod";

import { nearest } from "./nearest.ts";
import { Numeric } from "./numeric.ts";
import { type Path } from "./path.ts";
import { quote } from "./quote.ts";

/** What a leaf accepts, in JSON Schema's words. */
type JsonType = "string" | "number" | "integer" | "boolean";

/** A check on text: the test and the words that follow "is not". */
export interface TextRule {
  readonly test: (text: string) => boolean;
  readonly wanted: string;
}

/** Text, also written as a number or a boolean: `true` is "true", `1.10` is "1.10". */
export function text(rule?: TextRule, meta: Record<string, unknown> = {}): z.ZodType<string> {
  return leaf({
    types: ["string", "number", "boolean"],
    wanted: rule?.wanted ?? "text",
    meta,
    read: (value) => {
      const found = asText(value);
      return found === undefined || rule?.test(found) === false ? undefined : found;
    },
  });
}

/** One of some words, spelled exactly. */
export function oneOf<const Words extends readonly string[]>(words: Words): z.ZodType<Words[number]> {
  return leaf<Words[number]>({
    types: ["string"],
    wanted: (value) => {
      const near = nearest(asText(value) ?? "", words);
      return `one of ${words.join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`;
    },
    meta: { enum: words },
    read: (value) => words.find((word) => word === value),
  });
}

/** `true` or `false`, also as text (a replaced `${NAME}` is text). */
export const flag: z.ZodType<boolean> = leaf({
  types: ["boolean"],
  wanted: "true or false",
  meta: {},
  read: (value) => {
    if (value === true || value === "true") return true;
    return value === false || value === "false" ? false : undefined;
  },
});

/** A whole number between two bounds, also as text. */
export function whole(minimum: number, maximum: number): z.ZodType<number> {
  return leaf({
    types: ["integer"],
    wanted: `a whole number from ${minimum} to ${maximum}`,
    meta: { minimum, maximum },
    read: (value) => {
      const number = asNumber(value);
      return Number.isInteger(number) && number >= minimum && number <= maximum ? number : undefined;
    },
  });
}

/** A map with these keys and no others; an unknown one is told with the nearest known name. */
export function strict<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodType<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  const known = Object.keys(shape);
  const map = z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? // One line a key, in their order: `problemsOf` takes them apart again.
          issue.keys.map((key) => unknownKey(key, known)).join("\n")
        : `is not a map with the keys ${known.join(", ")}`,
  });
  // A number with its digits is an object, and no map.
  return z.preprocess((value) => (isPlain(value) ? value : null), map);
}

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * A schema with objections to members that do not go together. They are looked for also where a member is wrong by
 * itself, so that all problems are told at once: what `object` is given may lack members or have odd ones.
 */
export function across<Value>(
  schema: z.ZodType<Value>,
  object: (value: Partial<Value>, complain: (path: Path, message: string) => void) => void,
): z.ZodType<Value> {
  return schema.check(
    z.superRefine<Value>(
      (value, context) => {
        if (typeof value !== "object" || value === null) return;
        object(value, (path, message) => {
          context.addIssue({ code: "custom", path: [...path], message });
        });
      },
      { when: () => true },
    ),
  );
}

/** The items of what should be a list, for `across`. */
export const listIn = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

/** A list of such values. */
export function listOf<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item, { error: () => "is not a list" });
}

/** A map from keys that pass the rule to such values. */
export function mapOf<Value extends z.ZodType>(key: TextRule, value: Value): z.ZodRecord<z.ZodString, Value> {
  return z.record(z.string().refine(key.test, { error: `is not ${key.wanted}` }), value, {
    error: (issue) => (issue.code === "invalid_type" ? "is not a map" : undefined),
  });
}

/** The first of several forms that fits; `wanted` names them all. */
export function either<Forms extends readonly [z.ZodType, ...z.ZodType[]]>(
  wanted: string,
  forms: Forms,
): z.ZodUnion<Forms> {
  return z.union(forms, { error: () => `is not ${wanted}` });
}

export interface Leaf<Value> {
  readonly types: readonly JsonType[];
  readonly wanted: string | ((value: unknown) => string);
  readonly meta: Record<string, unknown>;
  readonly read: (value: unknown) => Value | undefined;
}

/** A value that one function reads from what was written; `undefined` means it is not what was wanted. */
export function leaf<Value>({ types, wanted, meta, read }: Leaf<Value>): z.ZodType<Value> {
  const type = types.length === 1 ? types[0] : types;
  return z
    .unknown()
    .transform((value, context): Value => {
      const found = read(value);
      if (found !== undefined) return found;
      const words = typeof wanted === "string" ? wanted : wanted(value);
      context.addIssue({ code: "custom", message: `is not ${words}` });
      return z.NEVER;
    })
    .meta({ type, ...meta });
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${quote(near)}?`;
  return `is not known here; ${hint}`;
}

/** The text of a scalar, however it was written. */
export function asText(value: unknown): string | undefined {
  // Half of a surrogate pair is no character: the API server would store another text.
  if (typeof value === "string") return /\p{Cs}/u.test(value) ? undefined : value;
  if (value instanceof Numeric) return value.source;
  return typeof value === "boolean" ? String(value) : undefined;
}

function asNumber(value: unknown): number {
  if (value instanceof Numeric) return value.value;
  return typeof value === "string" && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN;
}

/** Any JSON value, its numbers plain again: what Kubernetes types and Podpecker only passes on. */
export const json: z.ZodType = z.unknown().transform(toPlain).meta({});

function toPlain(value: unknown): unknown {
  if (value instanceof Numeric) return value.value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
}
