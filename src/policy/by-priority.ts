import { type Policy } from "./policy.ts";

/** The order in which policies of one tier count: the later, the more. */
export function byPriority(a: Policy, b: Policy): number {
  const difference = (a.document.priority ?? 0) - (b.document.priority ?? 0);
  return difference === 0 ? compareNames(a.name, b.name) : difference;
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
