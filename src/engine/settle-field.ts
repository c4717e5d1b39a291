import { type Path } from "../text/path.ts";
import { type Wanted } from "./mutation.ts";
import { type Claims, type Turn } from "./turn.ts";

/** Settles a field that holds one value, with the section's verbs as they are; returns whether it changed. */
export function settleField<T>(
  turn: Turn,
  field: Path,
  wanted: Wanted<T, T> & Pick<Claims<T>, "spoken" | "same">,
): boolean {
  const { set, granted, default: fallback, ...claims } = wanted;
  return turn.settle<T>(field, {
    ...claims,
    set: set === undefined ? undefined : { value: set, rule: turn.rule("set") },
    asked:
      granted === undefined ? undefined : { value: granted, path: [turn.id], rule: turn.rule("fromStep") },
    fallback: fallback === undefined ? undefined : { value: fallback, rule: turn.rule("default") },
  });
}
