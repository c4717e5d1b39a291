import { describeMatch } from "../../describe-match.ts";
import { isForPodsOf } from "../../../policy/layers.ts";
import { loadedPolicies } from "../../../policy/policy-set.ts";
import { chosenNamespaces } from "../chosen-namespaces.ts";
import { type ClusterPolicies, clusterPolicies, type ReadPolicy } from "../cluster-policies.ts";
import { type ClusterView } from "../cluster-view.ts";
import { enumerate } from "../enumerate.ts";
import { ourWebhooks } from "../our-webhooks.ts";
import { isUnread, unread, valueOf } from "../reading.ts";
import { readServeArguments } from "../serve-arguments.ts";
import { failed, ok, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Policies";

/** Each ConfigMap that should be a policy is one, they go together, and the chosen namespaces have one. */
export function policies(view: ClusterView): Verdict[] {
  const read = clusterPolicies(view);
  const { configMaps } = view;
  return [
    ...(isUnread(configMaps) ? [unread(ABOUT, configMaps)] : []),
    ...read.ofCluster.map((one) => checkOne(one, OF_CLUSTER)),
    ...read.missing.map(([name, reading]) =>
      reading.state === "absent" ? notThere(name) : unread(`Policy ${name}`, reading),
    ),
    ...read.ofNamespaces.map((one) => checkOne(one, OF_NAMESPACE)),
    ...(isUnread(configMaps) ? [] : gaps(view, read)),
  ];
}

/** What is said of policies of one tier. */
interface Tier {
  readonly kind: string;
  readonly remedy: string;
}

const OF_AUDIT =
  "mend it; until then what its last good version would do is told, and nothing where there is none";

const OF_CLUSTER: Tier = {
  kind: "",
  remedy:
    "mend it; until then its last good version stays in force, and a replica that starts does not become ready",
};

const OF_NAMESPACE: Tier = {
  kind: ", for its namespace",
  remedy:
    "mend it; until then its last good version stays in force, and a replica that starts denies the Pods of its namespace",
};

function checkOne(
  { name, policy, saysAudit, problems, warnings }: ReadPolicy,
  { kind, remedy }: Tier,
): Verdict {
  const about = `Policy ${name}`;
  const [namespace = "", bare = ""] = name.split("/");
  const edit = `kubectl --namespace ${namespace} edit configmap ${bare}`;
  if (policy === undefined || problems.length > 0)
    return failed(about, `is bad: ${problems.join("; ")}`, [saysAudit ? OF_AUDIT : remedy, edit]);
  const { priority = 0, mode, match } = policy.document;
  const audited = mode === "audit" ? ", audit only" : "";
  const says =
    mode === "disabled"
      ? "is good, and disabled"
      : `is good (priority ${priority}${audited}${kind}): ${describeMatch(match)}`;
  if (warnings.length === 0) return ok(about, says);
  return warning(about, `${says}; ${warnings.join("; ")}`, ["see whether that is meant", edit]);
}

function notThere(name: string): Verdict {
  return failed(`Policy ${name}`, "is named with --policy-configmap, and there is no such ConfigMap", [
    "make it, or name it no more",
  ]);
}

/** What no policy is for. */
function gaps(view: ClusterView, { ofCluster, set }: ClusterPolicies): Verdict[] {
  // What files say is known to the replicas only.
  if (readServeArguments(valueOf(view.deployment)).hasPolicyFiles) return [];
  if (ofCluster.length === 0)
    return [
      warning(ABOUT, "there is none: Pods pass as they are", [
        `put one into a ConfigMap of namespace "${view.names.namespace}" with the label podpecker.dev/policy=true`,
      ]),
    ];
  const chosen = chosenNamespaces(view) ?? [];
  const without = chosen.filter(
    (namespace) => !loadedPolicies(set).some((policy) => isForPodsOf(namespace, policy)),
  );
  // Where namespaces are chosen by exclusion, most of them have nothing to do with steps.
  if (without.length === 0 || (without.length < chosen.length && !isByLabel(view))) return [];
  return [
    warning(ABOUT, `none is for Pods of ${enumerate(without)}: there, Pods pass as they are`, [
      "add the namespace to match.namespaces of a policy, or see why the selectors choose it",
    ]),
  ];
}

const isByLabel = ({ mutating, names }: ClusterView): boolean =>
  ourWebhooks(mutating, names).every(
    ({ webhook: { namespaceSelector } }) => Object.keys(namespaceSelector?.matchLabels ?? {}).length > 0,
  );
