/** What came of replacing `${NAME}` in a text. */
export interface Interpolation {
  readonly text: string;
  /** Names that are neither set nor given a default, and openings that are no reference at all. */
  readonly unset: readonly string[];
  readonly malformed: readonly string[];
}

// One pass, no backtracking: an escaped opening, a whole reference, or an opening that is nothing of the kind.
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}|\$\{/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` as a shell would (the default also stands for an empty value); `$${` is an
 * escaped `${`. `PLUGIN_*` counts as unset: such a value may be a secret that only the plugin should see.
 */
export function interpolate(text: string, variables: ReadonlyMap<string, string>): Interpolation {
  const unset: string[] = [];
  const malformed: string[] = [];
  const replaced = text.replace(REFERENCE, (whole: string, name?: string, fallback?: string) => {
    if (whole === "$${") return "${";
    if (name === undefined) malformed.push(whole);
    const value = visible(name) ? variables.get(name) : undefined;
    if (value !== undefined && (value !== "" || fallback === undefined)) return value;
    if (name !== undefined && fallback === undefined) unset.push(name);
    return fallback ?? whole;
  });
  return { text: replaced, unset, malformed };
}

/** The variables that a text refers to, `PLUGIN_*` left out. */
export function referencedVariables(text: string): string[] {
  const names = [...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []);
  return [...new Set(names)].filter(visible).sort();
}

function visible(name: string | undefined): name is string {
  return name !== undefined && !name.startsWith("PLUGIN_");
}
