import { BACKEND_OPTIONS, MIRROR } from "../engine/annotations.ts";
import { literalEnvironment } from "../engine/environment.ts";
import { evaluate } from "../engine/evaluate.ts";
import { bySeverity, type Finding, isDenied, isMalformed, isRefused } from "../engine/finding.ts";
import { readPlatform } from "../engine/platform.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { stepContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { noteApplied } from "./applied.ts";
import { readBackendOptions } from "./backend-options.ts";
import { type Decision } from "./decision.ts";

/** Decides about one Pod. Pure: webhook, command line and audit say the same of the same input. The Pod that came in is never edited. */
export function decide(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  const policy = isMirror(pod, facts) ? undefined : policies.select(pod, facts);
  if (policy === undefined) return untouched(pod);
  const blocks = policies.blocked.get(facts.namespace);
  if (blocks === undefined) return decideBy(policy, pod, facts);
  return denial("refused", pod, { policy, findings: namespacePolicies(blocks, facts) });
}

/** What a namespace policy would narrow must not run without it. */
function namespacePolicies(configMaps: readonly string[], { namespace }: ReviewFacts): Finding[] {
  return configMaps.map((name) => ({
    code: "namespace-policy",
    path: ["metadata", "namespace"],
    asked: namespace,
    message: `has a policy of its own, the ConfigMap ${name}, which this version does not serve; delete it, or have the administrator name it with --policy-configmap ${name}`,
  }));
}

/** Only a kubelet makes mirrors, of what runs on its node already; anybody may write the annotation. */
function isMirror({ metadata, spec }: Pod, { user }: ReviewFacts): boolean {
  const isKubelet = user === undefined || user.startsWith("system:node:");
  return isKubelet && spec["nodeName"] !== undefined && MIRROR in (metadata?.annotations ?? {});
}

function decideBy(policy: EffectivePolicy, pod: Pod, { limitRanges = [] }: ReviewFacts): Decision {
  const step = stepContainer(pod);
  const reading = readBackendOptions(pod.metadata?.annotations?.[BACKEND_OPTIONS], () =>
    literalEnvironment(step.container, policy.environment),
  );
  const platform = readPlatform(pod, step, policy);
  const before = [...platform.findings, ...reading.findings];
  if (reading.options === undefined) return denial("malformed", pod, { policy, findings: before });
  const { architecture } = platform;
  const evaluation = evaluate(pod, reading.options, { policy, architecture, limitRanges });
  const findings = [...before, ...evaluation.findings];
  if (isMalformed(findings)) return denial("malformed", pod, { policy, findings });
  if (isDenied(findings) || (policy.onRefusal === "deny" && isRefused(findings)))
    return denial("refused", pod, { policy, findings });
  const noted = noteApplied(pod, { ...evaluation, findings }, policy);
  return {
    ...aboutPolicy(policy),
    outcome: "decided",
    pod: noted.pod,
    findings: bySeverity(noted.findings),
    changes: evaluation.changes,
  };
}

function untouched(pod: Pod): Decision {
  return { outcome: "untouched", pod, findings: [], changes: [], policies: [], digest: "", contact: "" };
}

function denial(
  outcome: "malformed" | "refused",
  pod: Pod,
  { policy, findings }: { policy: EffectivePolicy; findings: readonly Finding[] },
): Decision {
  return { ...aboutPolicy(policy), outcome, pod, findings: bySeverity(findings), changes: [] };
}

function aboutPolicy({
  names,
  digest,
  contact,
}: EffectivePolicy): Pick<Decision, "policies" | "digest" | "contact"> {
  return { policies: names, digest, contact };
}
