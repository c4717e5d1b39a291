import { matchesAnyGlob } from "../../kubernetes/glob.ts";
import { BOUNDS, type ResourceBounds } from "../../engine/resource-rules.ts";
import { quote } from "../../text/quote.ts";
import { byPriority } from "../by-priority.ts";
import { isEnforced, isInForce } from "../joint-problems.ts";
import { isOfNamespace } from "../layers.ts";
import { matchedLabels } from "../match.ts";
import { type Policy } from "../policy.ts";
import { type JointLint } from "./joint-lint.ts";
import { lintForgeable } from "./lint-forgeable.ts";
import { lintLayeredAmounts } from "./lint-layered-amounts.ts";
import { lintOverridden } from "./lint-overridden.ts";

/**
 * What is worth a word in policies beside each other. Costs what their number does, not its square; never throws. Of an
 * enforced policy it is what holds beside the other enforced ones; of one in audit mode what would, beside all.
 */
export function lintTogether(policies: readonly Policy[]): JointLint[] {
  const inForce = policies.filter(isInForce);
  const enforced = inForce.filter(isEnforced);
  if (enforced.length === inForce.length) return lintBeside(inForce);
  return [...lintBeside(enforced), ...lintBeside(inForce).filter(({ policy }) => !isEnforced(policy))];
}

function lintBeside(inForce: readonly Policy[]): JointLint[] {
  const cluster = inForce.filter((policy) => !isOfNamespace(policy)).toSorted(byPriority);
  return [
    ...lintOverridden(cluster),
    ...lintLayeredAmounts(cluster),
    ...lintForgeable(inForce),
    ...lintExceed(inForce),
    ...lintMatchedKeys(inForce),
    ...inForce.flatMap(lintForeign),
  ];
}

function lintExceed(policies: readonly Policy[]): JointLint[] {
  const isBounded = policies.some(({ document: { resources = {} } }) =>
    BOUNDS.some((bound) => Object.keys((resources as ResourceBounds)[bound] ?? {}).length > 0),
  );
  if (isBounded) return [];
  return policies
    .filter(({ document }) => (document.resources as ResourceBounds | undefined)?.onExceed !== undefined)
    .map((policy) => ({
      policy,
      problem: {
        code: "exceed-without-bounds",
        path: ["resources", "onExceed"],
        message: "has no effect: no policy has bounds (min, max, maxPod, maxLimitRequestRatio)",
      },
    }));
}

/** A label by which policies are chosen is never a step's, also where its key is named. */
function lintMatchedKeys(policies: readonly Policy[]): JointLint[] {
  const matched = new Set(policies.flatMap(({ document }) => matchedLabels(document.match)));
  return policies.flatMap((policy) => {
    const gate = policy.document.labels?.fromStep;
    const keys = typeof gate === "object" ? gate.keys : [];
    return keys.flatMap((written, index): JointLint[] => {
      if (!matched.has(written)) return [];
      const path = ["labels", "fromStep", "keys", index];
      const message = "grants nothing: policies are chosen by this label, and it is never a step's to set";
      return [{ policy, problem: { code: "moot-pattern", path, written, message } }];
    });
  });
}

/** A policy of a namespace is for Pods of that namespace only. */
function lintForeign(policy: Policy): JointLint[] {
  const { namespace, document } = policy;
  const patterns = document.match?.namespaces;
  if (namespace === undefined || patterns === undefined || matchesAnyGlob(patterns, namespace)) return [];
  const message = `matches no Pod: the policy is one of the namespace ${quote(namespace)}, and of no other`;
  return [{ policy, problem: { code: "never-matches", path: ["match", "namespaces"], message } }];
}
