import { z } from "zod";

import { Options } from "../engine/options.ts";
import { PolicyDocument } from "./policy-document.ts";

/** The JSON Schema (draft 2020-12) of a policy's document, as text for editors. */
export const policySchema = (): string => schemaText(PolicyDocument, "Podpecker policy");

/** The JSON Schema (draft 2020-12) of a step's options, as text for editors. */
export const optionsSchema = (): string =>
  schemaText(Options, "What a step may ask of Podpecker (backend_options.kubernetes)");

function schemaText(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    // What people write, not what is read from it.
    io: "input",
    unrepresentable: "any",
  });
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
}
