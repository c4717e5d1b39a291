import { type z } from "zod";

import { isDnsSubdomain, isEnvName } from "../../kubernetes/names.ts";
import { listOf, strict, text } from "../../text/schema.ts";
import { type Path } from "../../text/path.ts";
import { grantsName, namesGate, notGranted } from "../gates.ts";
import { ruledItems } from "../join.ts";
import { defineMutation } from "../mutation.ts";
import { deliverSecret, type SecretRequest } from "../secret-delivery.ts";
import { section } from "../section.ts";
import { type Turn } from "../turn.ts";

const secret: z.ZodType<SecretRequest> = strict({
  name: text({ test: isDnsSubdomain, wanted: "the name of a Secret" }),
  key: text({
    test: (key) => /^[-._a-zA-Z0-9]{1,253}$/.test(key),
    wanted: "a key of a Secret: letters, digits, `-`, `_`, `.`",
  }).optional(),
  target: strict({
    env: text({ test: isEnvName, wanted: "the name of an environment variable" }).optional(),
    file: text({
      test: (file) => file !== "" && !file.includes(":") && !file.split("/").includes(".."),
      wanted: "a path without `:` and `..`",
    }).optional(),
  }).optional(),
}).superRefine(({ key, target }, context) => {
  if (target?.env !== undefined && target.file === undefined && key === undefined)
    context.addIssue("is not a secret for an environment variable: `key` says which of its values");
});

/** Native secrets: all keys or one as environment variables, or a file. Closed to steps unless a policy opens names. */
export const secrets = defineMutation({
  about:
    "Values of Secrets: all keys as variables (`name`), one key as a variable (`key`, `target.env`), or as a file (`target.file`).",
  option: listOf(secret),
  section: section(listOf(secret), namesGate),
  judge: (asked, gate = false) => {
    const items = asked.map((value, index) => ({ value, path: ["secrets", index] }));
    return {
      granted: items.filter(({ value }) => grantsName(gate, value.name)),
      refusals: items
        .filter(({ value }) => !grantsName(gate, value.name))
        .map(({ path }) => notGranted([...path.slice(1), "name"], gate)),
    };
  },
  apply: (turn, { set = [], granted = [], default: fallback = [] }) => {
    for (const { value, cause } of ruledItems(turn, "default", fallback))
      deliverSecret(turn, value, { by: "default", cause });
    tellShared(turn, granted);
    for (const { value, path } of granted)
      deliverSecret(turn, value, {
        by: "step",
        path,
        cause: turn.because({ path, rule: turn.rule("fromStep") }),
      });
    for (const { value, cause } of ruledItems(turn, "set", set))
      deliverSecret(turn, value, { by: "set", cause });
  },
});

/** Woodpecker's backend makes a volume for each file, and the API server refuses the second of a name. */
function tellShared(turn: Turn, granted: readonly { value: SecretRequest; path: Path }[]): void {
  const files = granted.filter(({ value }) => value.target?.file !== undefined);
  for (const [index, { value, path }] of files.entries())
    if (files.slice(0, index).some((earlier) => earlier.value.name === value.name))
      turn.find("volume-shared", path, {
        message: "is mounted from the volume that the Secret has in the Pod already",
      });
}
