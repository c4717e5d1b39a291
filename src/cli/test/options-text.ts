import { isMap } from "../../text/is-map.ts";
import { Numeric } from "../../text/numeric.ts";

/** A step's options as they would stand in the annotation: text as it is; of a map, its numbers with the digits they were written with. */
export const optionsText = (options: unknown): string =>
  typeof options === "string" ? options : flow(options);

/** JSON, but for numbers that only YAML has. */
function flow(value: unknown): string {
  if (value instanceof Numeric) return value.source;
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${flow(member)}`);
  return `{${members.join(", ")}}`;
}
