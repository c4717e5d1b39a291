import { type z } from "zod";

import { mutations } from "../engine/mutations/index.ts";
import { workspaceSchema } from "../engine/workspace-schema.ts";
import { isQualifiedName } from "../kubernetes/names.ts";
import { parsePlatform } from "../kubernetes/platform.ts";
import { validUntil } from "./valid-until.ts";
import { flag, listOf, mapOf, oneOf, strict, text, whole } from "../text/schema.ts";

type Table = typeof mutations;
type Sections = {
  [Id in keyof Table as Table[Id]["section"] extends z.ZodType ? Id : never]: Table[Id]["section"];
};

const patterns = (about: string) => listOf(text()).optional().describe(about);

const match = strict({
  users: patterns("Who created the Pod. A step cannot forge it."),
  namespaces: patterns("The Pod's namespace."),
  repos: patterns(
    "The label woodpecker-ci.org/repo-full-name, `owner/name` put through Woodpecker's normalisation.",
  ),
  events: patterns("The label woodpecker-ci.org/event."),
  branches: patterns("The label woodpecker-ci.org/commit-branch, normalised as `repos`."),
  images: patterns("The step container's image, normalised as Docker does."),
  repoIds: patterns("The label woodpecker-ci.org/repo-id, which no two repositories share."),
  podLabels: mapOf({ test: isQualifiedName, wanted: "a label key" }, text())
    .optional()
    .describe("Labels of the Pod. No step may set a key that any policy matches on."),
});
export type Match = z.output<typeof match>;

/** The document of a policy: `policy.yaml`, or a file by itself. */
export const PolicyDocument = strict({
  version: oneOf(["v1"]).describe("The version of this form."),
  description: text().optional().describe("What the policy is for and whom to ask; part of every denial."),
  priority: whole(-1_000_000, 1_000_000)
    .optional()
    .describe("Of all policies that match a Pod the higher one counts. Default 0."),
  mode: oneOf(["enforce", "audit", "disabled"])
    .optional()
    .describe(
      "`audit`: what the policy would do is decided and reported, and no Pod is changed or denied by it. `disabled`: as if it were not there. Default enforce.",
    ),
  validUntil: validUntil
    .optional()
    .describe(
      "When the policy ends by itself: its last day, which is over at midnight UTC, or a time. For exceptions. Default never.",
    ),
  onRefusal: oneOf(["warn", "deny"])
    .optional()
    .describe(
      "What becomes of a Pod whose step asks for what is not granted: admitted without it, or denied. Default warn.",
    ),
  trustAnnotations: flag
    .optional()
    .describe(
      "Whether the Pod's own podpecker.dev annotations, but for the options, are its creator's word. Default true.",
    ),
  trustPod: flag
    .optional()
    .describe("`false`: what the Pod's own spec says is judged like a step's asking. Default true."),
  match: match
    .optional()
    .describe("Which Pods the policy is for; all that is given must fit. Default every Pod reviewed."),
  platform: text({
    test: (words) => parsePlatform(words) !== undefined,
    wanted: "a platform such as linux/arm64",
  })
    .optional()
    .describe("The agent's platform, where the Pod does not name it."),
  ...sectionShape(),
  workspace: workspaceSchema.optional().describe("The volume that the steps of a workflow share."),
});
export type PolicyDocument = z.output<typeof PolicyDocument>;

/** The names of the sections, in the order of their mutations. */
export const SECTIONS: readonly string[] = Object.keys(sectionShape());

function sectionShape(): { [Id in keyof Sections]: z.ZodOptional<Extract<Sections[Id], z.ZodType>> } {
  const entries = Object.entries(mutations).flatMap(([id, { about, section }]) =>
    section === undefined ? [] : [[id, (section as z.ZodType).optional().describe(about)] as const],
  );
  // The table's own keys and schemas, which `Object.entries` forgets.
  return Object.fromEntries(entries) as never;
}
