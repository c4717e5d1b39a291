import { likelySlip } from "../kubernetes/likely-slip.ts";
import { type Path } from "../text/path.ts";
import { quantityOf, type Resources } from "./resource-schema.ts";
import { type Turn } from "./turn.ts";

/** Tells the author of amounts that are what was written and hardly what was meant. They are given as asked. */
export function tellSlips(turn: Turn, asked: Resources): void {
  for (const kind of ["requests", "limits"] as const)
    for (const [name, value] of Object.entries(asked[kind] ?? {}))
      tellSlip(turn, { path: [turn.id, kind, name], name, value });
}

function tellSlip(turn: Turn, { path, name, value }: { path: Path; name: string; value: string }): void {
  const { asked: text = value } = turn.because({ path, rule: "" });
  const message = slipOf({ name, text, value });
  if (message !== undefined) turn.find("likely-slip", path, { message });
}

function slipOf({ name, text, value }: Record<"name" | "text" | "value", string>): string | undefined {
  const quantity = quantityOf(text);
  if (quantity !== undefined) return likelySlip({ name, text, quantity });
  // The amount came from a variable, whose value is nobody's to read here.
  return likelySlip({ name, text: value, quantity: quantityOf(value) }) === undefined
    ? undefined
    : `comes to an amount of ${name} that hardly anybody means; is its unit right?`;
}
