/** What came of replacing `${NAME}` in a text. */
export interface Interpolation {
  readonly text: string;
  /** Names that are neither set nor given a default, and openings that are no reference at all. */
  readonly unset: readonly string[];
  readonly malformed: readonly string[];
  /** How many characters of variables' values went into the text. */
  readonly grown: number;
}

// One pass, no backtracking: an escaped opening, a whole reference, or an opening that is nothing of the kind.
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}|\$\{/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` as a shell would (the default also stands for an empty value); `$${` is an
 * escaped `${`. Of the values no more than `room` characters go in. `PLUGIN_*` counts as unset: such a value may be a secret that only the plugin should see.
 */
export function interpolate(
  text: string,
  variables: ReadonlyMap<string, string>,
  room: number,
): Interpolation {
  let grown = 0;
  const unset: string[] = [];
  const malformed: string[] = [];
  const put = (value: string): string => {
    grown += value.length;
    return grown > room ? "" : value;
  };
  const replaced = text.replace(REFERENCE, (whole: string, name?: string, fallback?: string) => {
    if (whole === "$${") return "${";
    if (name === undefined) malformed.push(whole);
    const value = visible(name) ? variables.get(name) : undefined;
    if (value !== undefined && (value !== "" || fallback === undefined)) return put(value);
    if (name !== undefined && fallback === undefined) unset.push(name);
    return fallback ?? whole;
  });
  return { text: replaced, unset, malformed, grown };
}

/** The variables that the text values of a document refer to, `PLUGIN_*` left out. */
export function referencedVariables(document: unknown): string[] {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (typeof value === "string") for (const [, name] of value.matchAll(REFERENCE)) names.add(name ?? "");
    // An alias brings the same value again.
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const member of Object.values(value)) walk(member);
  };
  walk(document);
  return [...names].filter((name) => name !== "" && visible(name)).sort();
}

function visible(name: string | undefined): name is string {
  return name !== undefined && !name.startsWith("PLUGIN_");
}
