import { z } from "zod";

import { mutations } from "#src/engine/mutations/index.ts";
import { deepEqual } from "#src/kubernetes/equality.ts";
import { PolicyDocument, SECTIONS } from "#src/policy/policy-document.ts";
import { accepted, membersOf, parts, partsOfMapForm } from "./accepted.ts";
import { isOpenByDefault } from "./default-gate.ts";
import { headerExamples } from "./header-examples.ts";
import { code, fenced, page, table } from "./markdown.ts";
import { namespacePolicies } from "./namespace-policies.ts";
import { optionExamples } from "./option-examples.ts";
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
    "[Pods that are not trusted](untrusted-pods.md) says what `trustPod: false` does with each field of a Pod.",
    "## match",
    ...memberTable("match"),
    fenced("yaml", `version: v1\n${headerExamples.match}`),
    ...trust,
    ...SECTIONS.flatMap(section),
    "## workspace",
    ...memberTable("workspace"),
    "There are no verbs here: a step can only decline the workspace ([workspaceVolume](options.md#workspacevolume)). Of several policies the later one counts for each key, and `type: none` takes the workspace of the ones below away. [Workspaces](../workspace.md) says who gets one, and what each key does.",
    fenced("yaml", `version: v1\n${headerExamples.workspace}`),
    ...namespacePolicies,
  ]);
}

/** What of `match` a policy may rely on that grants more than others. */
const trust = [
  "### Whom to trust",
  "A policy that grants more than the others should say `users` and `repoIds`:",
  [
    "- `users` is what the API server knows about who created the Pod. Nothing in the Pod can change it.",
    "- `repoIds` are numbers that the server gives once. A name in `repos` is matched as the label that Woodpecker makes of it: `acme/web-shop` and `acme-web/shop` both become `acme-web-shop`, upper case is lost, a name of a repository that was deleted can be taken by another one.",
    "- All other keys look at what the Pod says about itself, as `repoIds` does: labels, namespace, image. An agent whose gate for labels or annotations is open (`WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP`, `…_POD_ANNOTATIONS_ALLOW_FROM_STEP`) writes what a step asks before Podpecker sees the Pod, `woodpecker-ci.org/repo-id` included. Close these gates of the agent, and open `labels` and `annotations` in a policy as far as steps need it: Podpecker lets no step write a label that any policy matches on.",
    "- A missing label or an unknown creator matches nothing, not even `*`.",
    "- `events` tells releases and pushes from pull requests, which may be anybody's.",
  ].join("\n"),
  "`match` is an index: however many policies there are, only those that may be for a Pod are looked at, if each has something that sets it apart, such as an id, a namespace, or the beginning or end of a pattern.",
  "### Audit",
  "With `mode: audit` a policy is read, checked and compiled as any other, and changes and denies nothing: Pods are what they are without it, their owners hear no word of it, and no label is kept from steps because it matches on it. What would become of a Pod if it were enforced, beside the policies that are, goes into the audit log, the log and `podpecker review`. Where it does not fit the enforced ones, it is the bad one; bad or good, it keeps no policy from coming into force, no replica from becoming ready and no Pod of its namespace from running. `serve --audit` takes every policy so.",
  "### Exceptions",
  "A policy with a higher `priority` and `validUntil` is an exception that ends by itself. A day, `2027-03-31`, is the last one in force: it is over at midnight UTC, 2027-04-01T00:00:00Z. A time is written with its zone, as in [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339#section-5.6), and is the first moment without the policy. What stands below the exception holds again then; where it was the only policy for a Pod, the Pod is left as it is, so let an exception stand over a policy that does not end. `podpecker validate` warns of policies that have ended or will within 14 days, `podpecker review --at TIME` decides as at a later time, and the metric `podpecker_policy_expiry_timestamp_seconds` has the ends. [exception.yaml](../../manifests/examples/policies/exception.yaml) is an example.",
];

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
