import { deepEqual } from "../../kubernetes/equality.ts";
import { quote } from "../../text/quote.ts";
import { type Policy } from "../policy.ts";
import { createMatchOrder } from "./match-order.ts";
import { type JointLint } from "./joint-lint.ts";
import { type Rule, rulesOf } from "./rules-of.ts";

interface Said {
  readonly policy: Policy;
  readonly value: unknown;
}

/** What a later policy overrides for every Pod that the earlier one is for. Only what is certain. */
export function lintOverridden(ascending: readonly Policy[]): JointLint[] {
  const later = createMatchOrder<Map<string, Said>>(() => new Map());
  return ascending.toReversed().flatMap((policy) => {
    const { match } = policy.document;
    const wider = later.wider(match);
    const rules = rulesOf(policy.document);
    const lints = rules.flatMap((rule) => overridden(policy, rule, wider));
    // One that is an exception for some time overrides for that time only.
    if ("validUntil" in policy.document) return lints;
    const own = later.of(match);
    for (const { about, value } of rules) if (!own.has(about)) own.set(about, { policy, value });
    return lints;
  });
}

function overridden(
  policy: Policy,
  { about, path, value }: Rule,
  wider: readonly ReadonlyMap<string, Said>[],
): JointLint[] {
  const said = wider.flatMap((one) => one.get(about) ?? []).find((one) => !deepEqual(one.value, value));
  if (said === undefined) return [];
  const { name, document } = said.policy;
  const message = `never holds: the policy ${quote(name)} (priority ${document.priority ?? 0}) is for the same Pods, counts more and says it otherwise`;
  return [{ policy, problem: { code: "never-holds", path, message } }];
}
