import { formatPointer } from "../../kubernetes/json-pointer.ts";
import { type Path } from "../../text/path.ts";
import { MERGED, NAMED } from "../merge.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { isMap } from "../../text/is-map.ts";
import { isWhole } from "../whole.ts";

/** One thing that a policy says and that a later one may say otherwise. */
export interface Rule {
  /** The same for policies that say something of the same thing. */
  readonly about: string;
  readonly path: Path;
  readonly value: unknown;
}

// The same policies are looked at again with each one that changes.
const known = new WeakMap<PolicyDocument, readonly Rule[]>();

/** What of the policy is overridden where a later policy says it, too. */
export function rulesOf(document: PolicyDocument): readonly Rule[] {
  const rules = known.get(document) ?? readRules(document);
  known.set(document, rules);
  return rules;
}

function readRules(document: PolicyDocument): Rule[] {
  return MERGED.flatMap((key) => walk([key], (document as Readonly<Record<string, unknown>>)[key]));
}

function walk(path: Path, value: unknown): Rule[] {
  if (value === undefined) return [];
  if (isWhole(path) || typeof value !== "object" || value === null)
    return [{ about: formatPointer(path), path, value }];
  if (Array.isArray(value)) return named(path, value);
  if (path[0] === "env" && path.length === 2)
    return Object.entries(value).map(([name, text]) => rule(path, name, { name, value: text as unknown }));
  return Object.entries(value).flatMap(([key, member]) => walk([...path, key], member));
}

const rule = (path: Path, name: string | number, value: object): Rule => ({
  about: formatPointer([...path, "name" in value ? String(value.name) : name]),
  path: [...path, name],
  value,
});

function named(path: Path, items: readonly unknown[]): Rule[] {
  if (!NAMED.has(String(path[0]))) return [];
  return items.flatMap((item, index) => (isMap(item) && "name" in item ? [rule(path, index, item)] : []));
}
