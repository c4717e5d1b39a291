import { describeBreach } from "../engine/breach.ts";
import { evaluate } from "../engine/evaluate.ts";
import { isDenied, isRefused } from "../engine/finding.ts";
import { noOptions } from "../engine/options.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { allContainers, type PlacedContainer } from "../kubernetes/containers.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type ReviewFacts } from "../policy/match.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { type Decision } from "./decision.ts";
import { inheritedObjections } from "./inherited-objections.ts";
import { badPolicies } from "./policy-findings.ts";
import { type Judged, untouched, verdict } from "./verdict.ts";
import { withAudited } from "./with-audited.ts";

/**
 * Judges the ephemeral containers that are added to a Pod that runs. Who adds one is not who created the Pod, whose word
 * the policy may trust: it is judged as what a step asks. What else the Pod says is no matter here, but for what holds for
 * the new containers because they say nothing themselves. Pure.
 */
export function judgeEphemeralContainers(judged: Judged, facts: ReviewFacts, policies: PolicySet): Decision {
  return withAudited(judged.pod, facts, { policies, decideBy: (set) => judge(judged, facts, set) });
}

function judge({ pod, old }: Judged, facts: ReviewFacts, policies: PolicySet): Decision {
  const policy = policies.select(pod, facts);
  if (policy === undefined) return untouched(pod);
  const { changes, findings } = evaluate(pod, noOptions, {
    policy: untrusting(policy),
    architecture: undefined,
    limitRanges: [],
    knowsLimitRanges: false,
  });
  const added = addedContainers(pod, old);
  const places = added.map(({ path }) => `${formatPointer(path)}/`);
  const isOfAdded = (pointer: string): boolean => places.some((place) => pointer.startsWith(place));
  const told = findings.filter(
    (finding) => (isDenied([finding]) || isRefused([finding])) && isOfAdded(formatPointer(finding.path)),
  );
  const written = changes.filter(({ pointer }) => isOfAdded(pointer));
  return verdict(pod, policy, {
    objections: [
      ...badPolicies(policies, facts),
      ...told,
      ...written.map((change) => describeBreach(pod, change)),
      ...inheritedObjections(pod, policy, added),
    ],
  });
}

/** The ephemeral containers that are new. */
function addedContainers(pod: Pod, old: Pod | undefined): PlacedContainer[] {
  const known = old?.spec.ephemeralContainers ?? [];
  return allContainers(pod).filter(
    ({ list, container }) =>
      list === "ephemeralContainers" && !known.some((one) => deepEqual(one, container)),
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
