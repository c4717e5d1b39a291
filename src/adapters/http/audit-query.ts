import type { TrailQuery } from "../../audit/trail.ts";

const FILTERS = ["policy", "namespace", "outcome"] as const;
const KNOWN = ["limit", ...FILTERS];
const OUTCOMES = ["decided", "malformed", "refused", "untouched"];
const MAX_LIMIT = 1000;

/** What the query of a URL asks for, or why it asks for nothing. */
export function readAuditQuery(url: string): { readonly query: TrailQuery } | { readonly problem: string } {
  const start = url.indexOf("?");
  const parameters = new URLSearchParams(start === -1 ? "" : url.slice(start + 1));
  const problem = problemOf(parameters);
  if (problem !== undefined) return { problem };
  const limit = parameters.get("limit");
  const filters = FILTERS.flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { query: { ...(limit === null ? {} : { limit: Number(limit) }), ...Object.fromEntries(filters) } };
}

function problemOf(parameters: URLSearchParams): string | undefined {
  const names = [...parameters.keys()];
  const unknown = names.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) return `${quote(unknown)} is no parameter; known are ${KNOWN.join(", ")}`;
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return `${twice} is given twice; give it once`;
  const { limit, outcome } = Object.fromEntries(parameters);
  if (limit !== undefined && !isLimit(limit))
    return `limit is ${quote(limit)}; it must be a number from 1 to ${MAX_LIMIT}`;
  if (outcome !== undefined && !OUTCOMES.includes(outcome))
    return `outcome is ${quote(outcome)}; it must be one of ${OUTCOMES.join(", ")}`;
  return undefined;
}

const isLimit = (text: string): boolean =>
  /^[0-9]{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT;

const quote = (text: string): string => JSON.stringify(text.slice(0, 100));
