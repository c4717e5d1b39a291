import { z } from "zod";

/** A schema as JSON Schema, draft 2020-12, as text for editors and for programs. `io` says whether what people write is
 * described, or what is made of it. */
export function jsonSchemaText(schema: z.ZodType, title: string, io: "input" | "output" = "input"): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io,
    unrepresentable: "any",
  });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
