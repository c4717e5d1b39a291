import { type Pod } from "../../kubernetes/pod.ts";
import { type EffectivePolicy } from "../../engine/policy.ts";
import { type ReviewFacts } from "../../policy/match.ts";
import { isForPodsOf } from "../../policy/layers.ts";
import { type Policy } from "../../policy/policy.ts";
import { createPolicySet, type PolicySet } from "../../policy/policy-set.ts";
import { chosenNamespaces } from "./chosen-namespaces.ts";
import { clusterPolicies } from "./cluster-policies.ts";
import { type ClusterState } from "./cluster-view.ts";
import { valueOf } from "./reading.ts";
import { readServeArguments } from "./serve-arguments.ts";
import { stepPod } from "./step-pod.ts";

/** Pods to try, and what should become of them. */
export interface TrialPlan {
  readonly namespace: string;
  /** A step's that asks for nothing. */
  readonly plain: Pod;
  /** One that asks for what nobody knows. */
  readonly probe: Pod;
  readonly expected: Expectation;
}

export type Expectation =
  | { readonly by: "policies"; readonly policy: EffectivePolicy }
  /** Policies are for such Pods, but of other creators. */
  | { readonly by: "nobody"; readonly creators: readonly string[] }
  /** What is in force is not known. */
  | { readonly by: "unknown" };

/** Plans a Pod for a namespace: the one that is wished, else one that is chosen, at best with a policy that is for it. Nothing where none is chosen. */
export function planTrial(state: ClusterState, wished?: string): TrialPlan | undefined {
  const { set } = clusterPolicies(state);
  const namespace = wished ?? bestNamespace(state, set);
  if (namespace === undefined) return undefined;
  const match = set.policies.find((policy) => isForPodsOf(namespace, policy))?.document.match;
  const [plain, probe] = [stepPod("{}", match), stepPod("doctor: true", match)];
  return { namespace, plain, probe, expected: expectation(state, { set, namespace, plain }) };
}

function bestNamespace(state: ClusterState, set: PolicySet): string | undefined {
  const chosen = chosenNamespaces(state) ?? [];
  const usual = chosen.filter((name) => name !== "kube-system" && name !== state.names.namespace);
  const governed = usual.find((name) => set.policies.some((policy) => isForPodsOf(name, policy)));
  return governed ?? usual[0] ?? chosen[0];
}

interface Planned {
  readonly set: PolicySet;
  readonly namespace: string;
  readonly plain: Pod;
}

function expectation(state: ClusterState, { set, namespace, plain }: Planned): Expectation {
  if (!isInForce(state)) return { by: "unknown" };
  const policy = set.select(plain, { namespace, user: valueOf(state.user), now: state.now.getTime() });
  if (policy !== undefined) return { by: "policies", policy };
  const byOthers = set.policies.filter((one) =>
    isForOthers(one, plain, { namespace, now: state.now.getTime() }),
  );
  return { by: "nobody", creators: byOthers.flatMap(({ document }) => document.match?.users ?? []) };
}

function isForOthers(policy: Policy, pod: Pod, facts: Omit<ReviewFacts, "user">): boolean {
  const { document } = policy;
  if (document.match?.users === undefined) return false;
  const anybodys = { ...policy, document: { ...document, match: { ...document.match, users: ["*"] } } };
  return createPolicySet([anybodys]).select(pod, { ...facts, user: "" }) !== undefined;
}

/**
 * Whether it is known by what the webhook decides: not where a policy is bad, as its last good version may be in force,
 * where files stand beside the ConfigMaps, or where a policy asks who the creator is and nobody knows.
 */
function isInForce(state: ClusterState): boolean {
  const { ofCluster, missing, set } = clusterPolicies(state);
  const isRead = state.configMaps.state === "read" && missing.length === 0;
  const isGood = ofCluster.every(({ problems }) => problems.length === 0);
  const isForAnybody = set.policies.every(({ document }) => document.match?.users === undefined);
  const isCreatorKnown = isForAnybody || state.user.state === "read";
  const { hasPolicyFiles } = readServeArguments(valueOf(state.deployment));
  return isRead && isGood && isCreatorKnown && !hasPolicyFiles;
}
