import { BACKEND_OPTIONS, MIRROR } from "../engine/annotations.ts";
import { literalEnvironment } from "../engine/environment.ts";
import { evaluate } from "../engine/evaluate.ts";
import { bySeverity, type Finding, isDenied, isMalformed, isRefused } from "../engine/finding.ts";
import { noOptions, type ReadOptions } from "../engine/options.ts";
import { readPlatform } from "../engine/platform.ts";
import { heardContainer } from "../engine/heard-container.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { type Scene } from "../engine/scene.ts";
import { stepContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { noteApplied } from "./applied.ts";
import { readBackendOptions } from "./backend-options.ts";
import { type Decision } from "./decision.ts";
import { badPolicies, idlePolicies, unknownCreator } from "./policy-findings.ts";
import { withAudited } from "./with-audited.ts";

/** Decides about one Pod. Pure: webhook, command line and audit say the same of the same input. The Pod that came in is never edited. */
export function decide(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  return withAudited(pod, facts, { policies, decideBy: (set) => decideEnforced(pod, facts, set) });
}

/** The same, without a word about policies in audit mode. */
export function decideEnforced(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  if (isMirror(pod, facts)) return untouched(pod);
  const policy = policies.select(pod, facts);
  if (policy === undefined) return untouched(pod, idlePolicies(policies.idle(pod, facts), facts));
  const bad = badPolicies(policies, facts);
  return bad.length === 0 ? decideBy(policy, pod, facts) : denial("refused", pod, { policy, findings: bad });
}

/** Only a kubelet makes mirrors, of what runs on its node already; anybody may write the annotation. */
function isMirror({ metadata, spec }: Pod, { user }: ReviewFacts): boolean {
  const isKubelet = user === undefined || user.startsWith("system:node:");
  return isKubelet && spec["nodeName"] !== undefined && MIRROR in (metadata?.annotations ?? {});
}

function decideBy(policy: EffectivePolicy, pod: Pod, { limitRanges }: ReviewFacts): Decision {
  const { options, architecture, findings: ofReading } = readAsking(policy, pod);
  const before = [...unknownCreator(policy), ...policy.findings, ...ofReading];
  if (options === undefined) return denial("malformed", pod, { policy, findings: before });
  const evaluation = evaluate(pod, options, {
    policy,
    architecture,
    limitRanges: limitRanges ?? [],
    knowsLimitRanges: limitRanges !== undefined,
  });
  const findings = [...before, ...evaluation.findings];
  if (isMalformed(findings)) return denial("malformed", pod, { policy, findings });
  if (isDenied(findings) || (policy.onRefusal === "deny" && isRefused(findings)))
    return denial("refused", pod, { policy, findings });
  const { changes, held } = evaluation;
  const noted = noteApplied(pod, { pod: evaluation.pod, changes, held, findings }, policy);
  const { names, digest, contact } = policy;
  return {
    policies: names,
    digest,
    contact,
    outcome: "decided",
    pod: noted.pod,
    findings: bySeverity(noted.findings),
    changes,
    held,
  };
}

interface Asking {
  /** Nothing where they cannot be read. */
  readonly options?: ReadOptions | undefined;
  readonly architecture?: Scene["architecture"];
  readonly findings: readonly Finding[];
}

function readAsking(policy: EffectivePolicy, pod: Pod): Asking {
  // Where no policy grants anything, there is nothing to ask.
  if (!policy.isFounded) return { options: noOptions, findings: [] };
  const step = heardContainer(stepContainer(pod), { pod, policy });
  const { options, findings } = readBackendOptions(pod.metadata?.annotations?.[BACKEND_OPTIONS], () =>
    literalEnvironment(step.container, policy.environment),
  );
  const platform = readPlatform(pod, step, policy);
  const { architecture } = platform;
  return { options, architecture, findings: [...platform.findings, ...findings] };
}

function untouched(pod: Pod, findings: readonly Finding[] = []): Decision {
  return { outcome: "untouched", pod, findings, changes: [], policies: [], digest: "", contact: "" };
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
