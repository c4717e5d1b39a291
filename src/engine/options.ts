import { type z } from "zod";

import { type Path } from "../text/path.ts";
import { strict } from "../text/schema.ts";
import { type AskedText } from "./asked-text.ts";
import { mutations } from "./mutations/index.ts";

type Table = typeof mutations;
type Asking = {
  [Id in keyof Table as Table[Id]["option"] extends z.ZodType ? Id : never]: Table[Id]["option"];
};

/** `backend_options.kubernetes`: everything a step may ask, composed from the mutations. */
export const Options = strict(optionShape());
export type Options = z.output<typeof Options>;

/** Options that were read, with what their author wrote. */
export interface ReadOptions {
  readonly values: Options;
  /** The options that ask for anything: not an empty list. */
  readonly asks: ReadonlySet<string>;
  readonly text: AskedText;
}

/** Options that passed their schema, with what their author wrote. */
export function readOptions(values: Options, text: AskedText): ReadOptions {
  const asks = Object.entries(values).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return { values, text, asks: new Set(asks.map(([id]) => id)) };
}

/** The options of a step that asks for nothing. */
export const noOptions: ReadOptions = readOptions(
  {},
  {
    written: () => undefined,
    position: () => undefined,
  },
);

/**
 * Maps whose keys are wishes of their own: an unknown key there is refused and the others are served, and a null is a
 * wish left out. Everywhere else an unknown key makes its value malformed: a toleration without its key tolerates all.
 */
export const WISH_MAPS: readonly Path[] = [
  [],
  ["resources"],
  ["securityContext"],
  ["securityContext", "capabilities"],
];

function optionShape(): { [Id in keyof Asking]: z.ZodOptional<Extract<Asking[Id], z.ZodType>> } {
  const entries = Object.entries(mutations).flatMap(([id, { about, option }]) =>
    option === undefined ? [] : [[id, (option as z.ZodType).optional().describe(about)] as const],
  );
  // The table's own keys and schemas, which `Object.entries` forgets.
  return Object.fromEntries(entries) as never;
}
