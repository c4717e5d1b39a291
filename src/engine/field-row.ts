/** What becomes of a field where the policy does not trust the Pod. */
type Fate = "judged" | "refused" | "kept";

/** Fields of one fate. Inside a refused field's name, `[]` is every item of a list. */
export interface FieldRow {
  readonly fields: readonly string[];
  readonly fate: Fate;
  /** The options whose gates judge a judged field. */
  readonly by?: readonly string[];
  /** Reads on after "of the Pod is not granted:" where it is refused. */
  readonly why: string;
  /** Values that ask for nothing, and how a person would say them. */
  readonly unless?: { readonly words: string; readonly holds: (value: unknown) => boolean };
}

/** Fields that the gates of options judge. */
export const judged = (fields: readonly string[], by: readonly string[], why = ""): FieldRow => ({
  fields,
  fate: "judged",
  by,
  why,
});

/** Fields that stay. */
export const kept = (fields: readonly string[], why: string): FieldRow => ({ fields, fate: "kept", why });

/** Fields that no option asks for. */
export const refused = (fields: readonly string[], why: string, unless?: FieldRow["unless"]): FieldRow => ({
  fields,
  fate: "refused",
  why,
  ...(unless === undefined ? {} : { unless }),
});

/** The one value that asks for nothing. */
export const only = (value: unknown): FieldRow["unless"] => ({
  words: `\`${String(value)}\``,
  holds: (found) => found === value,
});
