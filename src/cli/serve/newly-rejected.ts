import { describePolicyProblem } from "../../policy/policy.ts";
import { type StoredPolicies } from "../../policy/policy-store.ts";
import { type Rejection } from "../../policy/rejections.ts";

/** The sources that turned bad, or bad in another way, since the policies were as they were before. */
export function newlyRejected({ rejected }: StoredPolicies, before: StoredPolicies): Rejection[] {
  const known = new Set(before.rejected.map(wordsOf));
  return rejected.filter((rejection) => !known.has(wordsOf(rejection)));
}

const wordsOf = ({ source, instead, problems }: Rejection): string =>
  [source, instead, ...problems.map(describePolicyProblem)].join("\n");
