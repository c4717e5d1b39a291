import { describeBreach } from "../engine/breach.ts";
import { evaluate } from "../engine/evaluate.ts";
import { isDenied, isRefused } from "../engine/finding.ts";
import { noOptions } from "../engine/options.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Decision } from "./decision.ts";
import { badPolicies } from "./policy-findings.ts";
import { untouched, verdict } from "./verdict.ts";

const LIST = "ephemeralContainers";

/**
 * Judges the ephemeral containers that are added to a Pod that runs. Who adds one is not who created the Pod, whose word
 * the policy may trust: it is judged as what a step asks. What else the Pod says is no matter here. Pure.
 */
export function judgeEphemeralContainers(
  { pod, old }: { readonly pod: Pod; readonly old: Pod | undefined },
  facts: ReviewFacts,
  policies: PolicySet,
): Decision {
  const policy = policies.select(pod, facts);
  if (policy === undefined) return untouched(pod);
  const { changes, findings } = evaluate(pod, noOptions, {
    policy: untrusting(policy),
    architecture: undefined,
    limitRanges: [],
    knowsLimitRanges: false,
  });
  const added = placesOfAdded(pod, old);
  const isOfAdded = (pointer: string): boolean => added.some((place) => pointer.startsWith(place));
  const told = findings.filter(
    (finding) => (isDenied([finding]) || isRefused([finding])) && isOfAdded(formatPointer(finding.path)),
  );
  const written = changes.filter(({ pointer }) => isOfAdded(pointer));
  return verdict(pod, policy, {
    objections: [
      ...badPolicies(policies, facts),
      ...told,
      ...written.map((change) => describeBreach(pod, change)),
    ],
  });
}

/** What every pointer into one of the new containers begins with. */
function placesOfAdded(pod: Pod, old: Pod | undefined): string[] {
  const known = old?.spec[LIST] ?? [];
  return (pod.spec[LIST] ?? []).flatMap((container, index) =>
    known.some((one) => deepEqual(one, container)) ? [] : [`/spec/${LIST}/${index}/`],
  );
}

const untrustingOnes = new WeakMap<EffectivePolicy, EffectivePolicy>();

function untrusting(policy: EffectivePolicy): EffectivePolicy {
  const known = untrustingOnes.get(policy);
  if (known !== undefined) return known;
  const made = { ...policy, trustPod: false, isTrustedByCluster: false };
  untrustingOnes.set(policy, made);
  return made;
}
