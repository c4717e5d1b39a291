import { Options } from "../engine/options.ts";
import { jsonSchemaText } from "../text/json-schema.ts";
import { PolicyDocument } from "./policy-document.ts";

/** The JSON Schema (draft 2020-12) of a policy's document, as text for editors. */
export const policySchema = (): string => jsonSchemaText(PolicyDocument, "Podpecker policy");

/** The JSON Schema (draft 2020-12) of a step's options, as text for editors. */
export const optionsSchema = (): string =>
  jsonSchemaText(Options, "What a step may ask of Podpecker (backend_options.kubernetes)");
