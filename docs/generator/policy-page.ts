import { z } from "zod";

import { mutations } from "#src/engine/mutations/index.ts";
import { deepEqual } from "#src/kubernetes/equality.ts";
import { PolicyDocument, SECTIONS } from "#src/policy/policy-document.ts";
import { accepted, membersOf, parts, partsOfMapForm } from "./accepted.ts";
import { isOpenByDefault } from "./default-gate.ts";
import { headerExamples } from "./header-examples.ts";
import { code, fenced, page, table } from "./markdown.ts";
import { optionExamples } from "./option-examples.ts";
import { planned } from "./planned.ts";
import { sectionExamples } from "./section-examples.ts";

const document = membersOf(PolicyDocument);

/** The document of a policy: its header, and every section with its verbs, its gate and an example. */
export function policyPage(): string {
  return page("Policies", [
    "A policy is a YAML file, or the key `policy.yaml` of a ConfigMap. An agent's `WOODPECKER_BACKEND_K8S_*` settings beside it are read first, see [agent-settings.md](agent-settings.md). A key that is not known here is an error.",
    "Every section has the same verbs. `set`: always on the Pod, no step can change it. `default`: when neither the step nor the Pod says otherwise. `fromStep`: what a step may ask. One rule decides about every field and every key of a map: `set`, then what the step asked and was granted, then what its [resource class](options.md#resourceclass) gives, then what the Pod already says, then `default`. Lists are joined, never replaced.",
    "All policies that match a Pod apply, the one with the higher `priority` later, equal ones by name. A later one overrides per key; lists of `set` and `default` are joined; a `fromStep` is replaced whole.",
    "Patterns are globs: `*` is any run of characters, and both ends are anchored. A [JSON Schema](policy.schema.json) is beside this page; the examples are files as well, in [manifests/examples/sections](../../manifests/examples/sections).",
    "## Header",
    table(["key", "accepted", "about"], headerRows()),
    fenced("yaml", `version: v1\n${headerExamples.header}`),
    "## match",
    ...memberTable("match"),
    fenced("yaml", `version: v1\n${headerExamples.match}`),
    ...SECTIONS.flatMap(section),
    "## workspace",
    ...memberTable("workspace"),
    "## Planned",
    "Not in this version: a policy that uses one of these is refused, as one with an unknown key or value is.",
    table(
      ["written", "what it will be"],
      planned.map(({ written, about }) => [code(written), about]),
    ),
  ]);
}

function headerRows(): string[][] {
  const own = Object.entries(document).filter(
    ([key]) => !SECTIONS.includes(key) && key !== "match" && key !== "workspace",
  );
  return own.map(([key, schema]) => [code(key), accepted(schema), schema.description ?? ""]);
}

function memberTable(key: string): string[] {
  const schema = document[key];
  if (schema === undefined) return [];
  const rows = parts(schema, key).map((part) => [code(part.path), part.accepted, part.about]);
  return [schema.description ?? "", table(["key", "accepted", "about"], rows)];
}

function section(name: string): string[] {
  const example = sectionExamples[name];
  if (example === undefined) throw new Error(`docs/generator/section-examples.ts has no example of ${name}`);
  const { about, option, shape } = described(name);
  const verbs = Object.entries(shape).map(([verb, schema]) => [
    code(verb),
    isOption(schema, option) ? `as [the option](options.md#${name.toLowerCase()})` : accepted(schema),
    schema.description ?? "",
  ]);
  const gates = shape["fromStep"] === undefined ? [] : partsOfMapForm(shape["fromStep"], "fromStep");
  return [
    `## ${name}`,
    about,
    table(["verb", "accepted", "about"], verbs),
    ...insideTable(shape["set"], option),
    ...(gates.length < 2 ? [] : [gateTable(gates)]),
    ...(option === undefined
      ? ["There is no option of this name: a step cannot ask."]
      : [`Where \`fromStep\` is left out it is ${isOpen(name) ? "open (`true`)" : "closed (`false`)"}.`]),
    fenced("yaml", `version: v1\n${example}`),
  ];
}

function described(name: string): {
  about: string;
  option: z.ZodType | undefined;
  shape: Readonly<Record<string, z.ZodType>>;
} {
  // `SECTIONS` are keys of the table.
  const { about, option, section: schema } = mutations[name as keyof typeof mutations];
  return { about, option, shape: schema === undefined ? {} : membersOf(schema) };
}

/** Whether a verb takes what a step may ask, so that one description is enough. */
function isOption(schema: z.ZodType, option: z.ZodType | undefined): boolean {
  const form = (one: z.ZodType): unknown => ({
    ...z.toJSONSchema(one, { io: "input", unrepresentable: "any" }),
    description: "",
  });
  return option !== undefined && deepEqual(form(schema), form(option.optional()));
}

const isOpen = (name: string): boolean => isOpenByDefault(name, optionExamples[name] ?? "");

/** What stands inside `set` and `default`, where no option says it already. */
function insideTable(schema: z.ZodType | undefined, option: z.ZodType | undefined): string[] {
  if (schema === undefined || isOption(schema, option)) return [];
  const rows = parts(schema, "set");
  if (rows.length < 2) return [];
  return [
    table(
      ["inside `set` and `default`", "accepted", "about"],
      rows.map((part) => [code(part.path), part.accepted, part.about]),
    ),
  ];
}

const gateTable = (gates: ReturnType<typeof parts>): string =>
  table(
    ["part of `fromStep`", "accepted", "about"],
    gates.map((gate) => [code(gate.path), gate.accepted, gate.about]),
  );
