import { type LintCode, LINTS } from "#src/policy/lint/lints.ts";
import { lintExamples } from "./lint-examples.ts";
import { fenced, page, table } from "./markdown.ts";

/** Every lint: what it says, a policy that has it, and the same one mended. */
export function lintsPage(): string {
  // The keys of the table.
  const codes = (Object.keys(LINTS) as LintCode[]).sort();
  return page("Lints", [
    "What is worth a word in a policy that is good otherwise: `podpecker validate` tells it with file, line and column, the webhook for policies warns of it at `kubectl apply`, and `podpecker serve` says it once. A policy with lints comes into force. `podpecker validate --strict` exits with 2 where there are any, for a check of pull requests. The codes do not change; the words may.",
    table(
      ["code", "what it says"],
      codes.map((name) => [`[${name}](#${name})`, LINTS[name].about]),
    ),
    ...codes.flatMap((name) => [
      `## ${name}`,
      LINTS[name].about,
      ...shown(name, "bad"),
      ...askedBy(name),
      `${LINTS[name].mend} Mended:`,
      ...shown(name, "good"),
    ]),
  ]);
}

function askedBy(name: LintCode): string[] {
  const { asked } = lintExamples[name];
  return asked === undefined ? [] : ["With an example of a step that asks:", fenced("yaml", asked)];
}

const shown = (name: LintCode, which: "bad" | "good"): string[] =>
  lintExamples[name][which].map((text) => fenced("yaml", text));
