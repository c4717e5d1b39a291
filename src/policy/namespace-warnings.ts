import { quote } from "../text/quote.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { type JointLint } from "./lint/joint-lint.ts";
import { type Lint } from "./lint/lints.ts";
import { isEnforced, isInForce } from "./joint-problems.ts";
import { isForPodsOf, isOfNamespace } from "./layers.ts";
import { matchedLabels } from "./match.ts";
import { type Policy } from "./policy.ts";

// So many are tried while somebody waits for the answer to an apply; each takes a fraction of a millisecond.
const MAX_TRIED = 200;

/** What of a namespace's policy has no effect, whichever of these policies of the cluster match a Pod. */
export function namespaceWarnings(policy: Policy, standing: readonly Policy[]): Lint[] {
  const { namespace } = policy;
  if (namespace === undefined || !isInForce(policy)) return [];
  const isStanding = isEnforced(policy) ? isEnforced : isInForce;
  const law = standing.filter((one) => isStanding(one) && isForPodsOf(namespace, one));
  if (law.length === 0) return [withoutLaw(namespace, policy)];
  if (law.length > MAX_TRIED) return [];
  const labels = new Set(law.flatMap(({ document }) => matchedLabels(document.match)));
  const matched = { all: labels, ofCluster: labels };
  // The gate that holds is that of one of them, or the built-in one where some have none: each by itself shows them all.
  const [first = [], ...others] = law.map(
    (one) => effectivePolicy({ base: [one], namespace: [policy], unsure: [] }, matched).findings,
  );
  const isRefusedByAll = (path: string): boolean =>
    others.every((findings) => findings.some((finding) => finding.path.join("\0") === path));
  return first
    .filter(({ path }) => isRefusedByAll(path.join("\0")))
    .map(({ path, asked, message }) => ({
      code: "no-effect",
      path,
      message,
      ...(asked === undefined ? {} : { written: asked }),
    }));
}

/** What of the namespaces' policies among these has no effect. */
export function warningsAmong(policies: readonly Policy[]): JointLint[] {
  const ofCluster = policies.filter((policy) => !isOfNamespace(policy));
  return policies.flatMap((policy) =>
    namespaceWarnings(policy, ofCluster).map((problem) => ({ policy, problem })),
  );
}

function withoutLaw(namespace: string, { name }: Policy): Lint {
  const message = `has no effect: no policy of the cluster is for Pods of ${quote(namespace)}, and one of a namespace only narrows; where it should count for the whole cluster, name it with --policy-configmap ${name}`;
  return { code: "no-effect", path: [], message };
}
