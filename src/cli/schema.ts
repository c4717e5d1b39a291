import { Argument, type Command } from "commander";

import { optionsSchema, policySchema } from "../policy/json-schemas.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
policy   the document of a policy: policy.yaml
options  what a step may ask: backend_options.kubernetes

JSON Schema, draft 2020-12. An editor that knows it completes and checks while
one types; what only a look at the whole can tell is left to podpecker validate.

Exit codes: 0 printed, 2 no such schema, 70 a defect of Podpecker.

Examples:
  podpecker schema policy > policy.schema.json
Then, as the first line of policy.yaml:
  # yaml-language-server: $schema=policy.schema.json`;

const schemas = { policy: policySchema, options: optionsSchema } as const;

/** `podpecker schema`: what editors need to complete and check. */
export function defineSchema(command: Command): void {
  command
    .addArgument(new Argument("<what>", "which schema").choices(Object.keys(schemas)))
    .addHelpText("after", AFTER_HELP)
    .action((what: keyof typeof schemas) => {
      print(schemas[what]());
    });
}
