import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { type Pod as AnyPod } from "#src/kubernetes/pod.ts";
import { createPolicySet, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { type Pod } from "#test/woodpecker/pod.ts";
import { type Settings } from "#test/woodpecker/step.ts";
import { NOW } from "#test/now.ts";

/** A step's Pod as its creator sends it, and the policy: the agent's ConfigMap with a `policy.yaml` beside the settings. */
export interface Question {
  readonly pod: Pod;
  readonly optionsText: string;
  readonly settings: Settings;
  readonly gates: Readonly<Record<string, unknown>>;
}

/** What Podpecker says of it. */
export interface Answer extends Pick<Decision, "outcome" | "findings"> {
  readonly pod: Pod;
}

/** Puts the question to Podpecker itself: from the text of the policy to the Pod. */
export function decidePod({ pod, optionsText, settings, gates }: Question): Answer {
  const annotations = { ...pod.metadata.annotations, "podpecker.dev/backend-options": optionsText };
  const asked = { apiVersion: "v1", kind: "Pod", ...pod, metadata: { ...pod.metadata, annotations } };
  // Podpecker's Pod has fewer words than the model's, but keeps what it does not know.
  const decision = decide(
    asked as unknown as AnyPod,
    { namespace: pod.metadata.namespace, now: NOW },
    agentPolicies(settings, gates),
  );
  return { ...decision, pod: decision.pod as unknown as Pod };
}

/** The agent's ConfigMap as a policy, with a `policy.yaml` beside its settings. */
export function agentPolicies(settings: Settings, document: Question["gates"]): PolicySet {
  const configMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "agent", namespace: "podpecker" },
    data: { ...settings, "policy.yaml": JSON.stringify(document) },
  };
  const tier = { namespace: "podpecker", promoted: [] };
  const { policies, problems } = readPolicies(
    [{ path: "agent.yaml", text: JSON.stringify(configMap) }],
    tier,
  );
  if (problems.length > 0) throw new Error(problems.map(describePolicyProblem).join("\n"));
  return createPolicySet(policies);
}
