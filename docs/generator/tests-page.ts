import { readFileSync } from "node:fs";
import { type z } from "zod";

import { Case, CaseFile } from "#src/cli/test/case-file.ts";
import { Expectation, FindingPattern } from "#src/cli/test/expectation.ts";
import { accepted, membersOf } from "./accepted.ts";
import { code, fenced, page, table } from "./markdown.ts";

const EXAMPLE = new URL("../../manifests/examples/tests/small.test.yaml", import.meta.url);

/** Every word of a file with tests of policies. */
export function testsPage(): string {
  return page("Tests of policies", [
    "Files whose names end in `.test.yaml` hold cases for [`podpecker test`](../testing-policies.md). A [JSON Schema](test.schema.json) is beside this page; `podpecker test --output json` prints what [another one](test-report.schema.json) describes. A key that is not known here is an error. Paths are relative to the file.",
    "## A file",
    members(CaseFile, ["cases"]),
    "`namespace`, `user`, `at` and `limitRanges` are those of all cases that do not say otherwise. `cases` has the cases.",
    "## A case",
    members(Case, ["expect"]),
    "`expect` says what must be so; without anything in it a case would be an error, as it could never fail.",
    "## expect",
    members(Expectation, []),
    'A glob covers the whole text: `*` is any run of characters, `"*not granted*"` what holds these words. Paths are written as messages write them, `metadata.labels["app.kubernetes.io/name"]`. A field is compared as a whole: a map has these members and no others. Nobody can tell a slip in the path of a field that is to be absent from a field that is: look at `podpecker review` for how it is called.',
    "## A finding",
    "The code of a finding alone, or a map. Each stands for one finding that is told; what is given of it must fit.",
    members(FindingPattern, []).replace(
      /one of malformed-options[^|]*/,
      "a code of [findings.md](findings.md) ",
    ),
    "## An example",
    fenced("yaml", readFileSync(EXAMPLE, "utf8").replace(/^(#.*\n)+/, "")),
  ]);
}

function members(schema: z.ZodType, besides: readonly string[]): string {
  const rows = Object.entries(membersOf(schema))
    .filter(([key]) => !besides.includes(key))
    .map(([key, member]) => [code(key), accepted(member), member.description ?? ""]);
  return table(["key", "accepted", "about"], rows);
}
