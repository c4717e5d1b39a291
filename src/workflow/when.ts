import { matchesAnyGlob } from "../kubernetes/glob.ts";
import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";
import { asText } from "../text/schema.ts";
import { PIPELINE_VARIABLES } from "./variables.ts";

/**
 * Whether something with these conditions surely does not run, as far as the event and the branch tell. Other conditions
 * may hold or not; of several under `when` one is enough.
 */
export function isRuledOut(when: unknown, variables: ReadonlyMap<string, string>): boolean {
  const conditions: readonly unknown[] = Array.isArray(when) ? when : [when];
  const maps = conditions.filter(isRecord);
  return maps.length > 0 && maps.length === conditions.length && maps.every((one) => fails(one, variables));
}

function fails(
  condition: Readonly<Record<string, unknown>>,
  variables: ReadonlyMap<string, string>,
): boolean {
  const event = variables.get(PIPELINE_VARIABLES.event);
  const branch = variables.get(PIPELINE_VARIABLES.branch);
  const events = textsOf(condition["event"]);
  if (event !== undefined && events.length > 0 && !events.includes(event)) return true;
  // Of a tag no branch is asked. Patterns of more than stars are left to the server.
  return (
    branch !== undefined && event !== undefined && event !== "tag" && !mayBeOn(condition["branch"], branch)
  );
}

function mayBeOn(condition: unknown, branch: string): boolean {
  const include = textsOf(isRecord(condition) ? condition["include"] : condition);
  const exclude = textsOf(isRecord(condition) ? condition["exclude"] : undefined);
  if ([...include, ...exclude].some((pattern) => /[?[\]{}\\]/.test(pattern))) return true;
  const isIncluded = include.length === 0 || matchesAnyGlob(include, branch);
  return isIncluded && !exclude.includes(branch);
}

function textsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => asText(item) ?? []);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isMap(value) && !(value instanceof Numeric);
