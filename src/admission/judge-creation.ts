import { breachesOf, describeBreach } from "../engine/breach.ts";
import { type Finding, isDenied } from "../engine/finding.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { decideEnforced } from "./decide.ts";
import { type Decision } from "./decision.ts";
import { untouched, verdict } from "./verdict.ts";
import { withAudited } from "./with-audited.ts";

/**
 * Judges a Pod that is created, as all webhooks have left it. Denied is what would be denied if it were sent like this,
 * what the Pod says and nobody grants where its policy does not trust it, and what goes against a rule that binds. What is
 * told was told already, but for what another webhook has written since. Pure.
 */
export function judgeCreation(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  return withAudited(pod, facts, {
    policies,
    decideBy: (set) => (set === policies ? judge(pod, facts, set) : judgeHypothetically(pod, facts, set)),
  });
}

/** What is audited has changed nothing before: it would have left the Pod as it decides now. What it would deny for the
 * step's asking was told when the Pod came first; of what the Pod says, another webhook may have written something since. */
function judgeHypothetically(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  const decision = decideEnforced(pod, facts, policies);
  if (decision.outcome === "decided") return judge(decision.pod, facts, policies);
  const isOfPod = decision.findings.some(({ path }) => path[0] === "metadata" || path[0] === "spec");
  return isOfPod ? decision : untouched(pod);
}

function judge(pod: Pod, facts: ReviewFacts, policies: PolicySet): Decision {
  const decision = decideEnforced(pod, facts, policies);
  const policy = policies.select(pod, facts);
  if (decision.outcome === "untouched" || policy === undefined) return untouched(pod);
  if (decision.outcome !== "decided") return decision;
  const { breaches, findings } = breachesOf(pod, policy);
  return verdict(pod, policy, {
    objections: [
      ...decision.findings.flatMap((finding) => ungranted(finding) ?? []),
      ...findings.filter((finding) => isDenied([finding])),
      ...breaches.map((breach) => describeBreach(pod, breach)),
    ],
    told: exceeding(findings).filter(({ rule }) =>
      exceeding(decision.findings).every((one) => one.rule !== rule),
    ),
  });
}

const exceeding = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code }) => code === "bound-exceeded");

/** What would have been taken out, had it been there before: a field that nobody knows may grant anything. */
function ungranted(finding: Finding): Finding | undefined {
  if (finding.code === "pod-refused") return finding;
  if (finding.code !== "pod-field-unknown") return undefined;
  const message = "of the Pod is not granted: this version does not know the field";
  return { ...finding, code: "pod-refused", message };
}
