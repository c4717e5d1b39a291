import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { expiryWarnings } from "#src/policy/expiry.ts";
import { jointProblems } from "#src/policy/joint-problems.ts";
import { lintTogether } from "#src/policy/lint/lint-together.ts";
import { warningsAmong } from "#src/policy/namespace-warnings.ts";
import { describePolicyProblem, describePolicyWarning } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { readDocumentFile, ROOT } from "#test/docs/blocks.ts";
import { NOW } from "#test/now.ts";

const FOLDER = "manifests/examples/cookbook";
const files = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith(".yaml"));
const [, ...recipes] = readDocumentFile("docs/cookbook.md").split(/^## /m);

describe("docs/cookbook.md", () => {
  it("has a recipe for each file of the folder, in the order of their numbers", () => {
    const shown = recipes.flatMap((recipe) =>
      [...recipe.matchAll(/<!-- file: (\S+) -->/g)].map(([, path]) => path),
    );

    expect(files.length).toBeGreaterThanOrEqual(10);
    expect(shown).toEqual(files.map((name) => `${FOLDER}/${name}`));
  });

  it.each(recipes.map((text) => ({ title: text.slice(0, text.indexOf("\n")), text })))(
    "$title: says the need in two sentences, what a step gets, and what to watch for",
    ({ text }) => {
      const [, need = ""] = text.split("\n\n");

      expect(need.match(/[.](\s|$)/g)).toHaveLength(2);
      expect(text).toMatch(/^npx podpecker review /m);
      expect(text).toContain("<!-- output -->");
      expect(text).toMatch(/^What to watch for:\n\n- /m);
    },
  );

  // As `podpecker validate --strict` does, at a time that does not come nearer to the end of the exception.
  it.each(files)("%s is good, without a warning", (name) => {
    const path = join(ROOT, FOLDER, name);
    const text = readFileSync(path, "utf8");

    const reading = readPolicies([{ path, text }], { namespace: "podpecker", promoted: [] });

    const { policies, problems, warnings, locate } = reading;
    const beside = [...lintTogether(policies), ...warningsAmong(policies), ...expiryWarnings(policies, NOW)];
    const told = [...warnings, ...beside.map(({ problem, policy }) => locate(problem, policy))];
    expect(problems.map(describePolicyProblem)).toEqual([]);
    expect(jointProblems(policies)).toEqual([]);
    expect(told.map(describePolicyWarning)).toEqual([]);
  });
});
