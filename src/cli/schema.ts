import { Argument, type Command } from "commander";

import { type SchemaName, schemas } from "./schemas.ts";
import { print } from "./terminal.ts";

const list = Object.entries(schemas).map(([name, { about }]) => `${name.padEnd(13)}${about}`);

const AFTER_HELP = `
${list.join("\n")}

JSON Schema, draft 2020-12. An editor that knows it completes and checks while
one types; what only a look at the whole can tell is left to podpecker validate.

Exit codes: 0 printed, 2 no such schema, 70 a defect of Podpecker.

Examples:
  podpecker schema policy > policy.schema.json
Then, as the first line of policy.yaml:
  # yaml-language-server: $schema=policy.schema.json`;

/** `podpecker schema`: what editors and programs need to complete and check. */
export function defineSchema(command: Command): void {
  command
    .addArgument(new Argument("<what>", "which schema").choices(Object.keys(schemas)))
    .addHelpText("after", AFTER_HELP)
    .action((what: SchemaName) => {
      print(schemas[what].text());
    });
}
