import { type z } from "zod";

import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { mutations } from "#src/engine/mutations/index.ts";
import { securityGate } from "#src/engine/security-schema.ts";
import { WORKSPACE_CLAIMS } from "#src/engine/mutations/volumes.ts";
import { parts, partsOfMapForm } from "./accepted.ts";
import { isOpenByDefault } from "./default-gate.ts";
import { code, fenced, page, table } from "./markdown.ts";
import { optionExamples } from "./option-examples.ts";

/** Every option of a step: what it does, what it accepts, and whether a step gets it where no policy says a word. */
export function optionsPage(): string {
  return page("Options of a step", [
    `A step's options are YAML or JSON in the annotation ${code(BACKEND_OPTIONS)}: what stands below \`backend_options.kubernetes\` in the workflow. The wrapped forms \`{kubernetes: …}\` and \`{backend_options: {kubernetes: …}}\` are read as well. Aliases and tags of YAML are not; the text may be 32 KiB long, with 128 entries in a map or list.`,
    "`${NAME}` and `${NAME:-default}` in a value are replaced by literal variables of the step container, `$${` is `${` itself. `PLUGIN_*` counts as unset: such a value may be a secret. A name that is not set denies the Pod.",
    'Where text is wanted, a number or a boolean may stand: its own digits count (`1.10` is "1.10", `true` is "true"). Where a quantity is wanted, a number may stand.',
    "*Open* and *closed* is what holds where no policy says a word. A policy changes it: see [policy.md](policy.md). A [JSON Schema](options.schema.json) is beside this page.",
    ...options().flatMap(([name, about, option]) => section(name, about, option)),
  ]);
}

/** The options in the order of their mutations. */
function options(): (readonly [string, string, z.ZodType])[] {
  return Object.entries(mutations).flatMap(([id, { about, option }]) =>
    option === undefined ? [] : [[id, about, option as z.ZodType] as const],
  );
}

function section(name: string, about: string, option: z.ZodType): string[] {
  const example = optionExamples[name];
  if (example === undefined) throw new Error(`docs/generator/option-examples.ts has no example of ${name}`);
  const rows = parts(option, name).map((part) => [code(part.path), part.accepted, part.about]);
  return [
    `## ${name}`,
    about,
    gateOf(name, example),
    table(["value", "accepted", "about"], rows),
    fenced("yaml", example),
  ];
}

function gateOf(name: string, example: string): string {
  if (name === "securityContext") {
    const gates = partsOfMapForm(securityGate, "fromStep");
    const rows = gates.map(({ path, about }) => [code(path), about]);
    return `Open to steps by default, but for what these parts of the gate say:\n\n${table(["part", "grants"], rows)}`;
  }
  if (name === "workspaceVolume")
    return "No gate: whether there is a workspace at all is the policy's business, and a step can only decline it.";
  const state = isOpenByDefault(name, example) ? "Open to steps by default." : "Closed to steps by default.";
  if (name !== "volumes") return state;
  return `${state} Claims named ${WORKSPACE_CLAIMS.map(code).join(" or ")} are workspaces and never a step's to name.`;
}
