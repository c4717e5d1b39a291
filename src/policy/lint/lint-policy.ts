import { type PolicyDocument } from "../policy-document.ts";
import { lintAmounts } from "./lint-amounts.ts";
import { lintGates } from "./lint-gates.ts";
import { lintMatch } from "./lint-match.ts";
import { lintSecurity } from "./lint-security.ts";
import { lintTolerations } from "./lint-tolerations.ts";
import { lintVerbs } from "./lint-verbs.ts";
import { type Lint } from "./lints.ts";

/** What is worth a word in a policy by itself. */
export function lintPolicy(document: PolicyDocument): Lint[] {
  return [lintMatch, lintVerbs, lintGates, lintTolerations, lintAmounts, lintSecurity].flatMap((lint) =>
    lint(document),
  );
}
