import { bySeverity, type Finding } from "../engine/finding.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Decision } from "./decision.ts";
import { unknownCreator } from "./policy-findings.ts";

/** A Pod that is judged without being changed, and the one that it was before. */
export interface Judged {
  readonly pod: Pod;
  /** Nothing where it is created. */
  readonly old: Pod | undefined;
}

/** What becomes of a Pod that no policy is for. */
export const untouched = (pod: Pod): Decision => ({
  outcome: "untouched",
  pod,
  findings: [],
  changes: [],
  policies: [],
  digest: "",
  contact: "",
});

/** What becomes of a Pod that cannot be changed any more: denied for any objection, else let pass with what is told. */
export function verdict(
  pod: Pod,
  policy: EffectivePolicy,
  { objections, told = [] }: { readonly objections: readonly Finding[]; readonly told?: readonly Finding[] },
): Decision {
  const { names, digest, contact } = policy;
  const isDenied = objections.length > 0;
  // Whoever is refused must know that a grant for one creator does not count here.
  const findings = isDenied ? [...byPlace(objections), ...unknownCreator(policy)] : told;
  return {
    outcome: isDenied ? "refused" : "decided",
    pod,
    findings: bySeverity(findings),
    changes: [],
    policies: names,
    digest,
    contact,
  };
}

/** The first word about each place. */
function byPlace(findings: readonly Finding[]): Finding[] {
  const places = new Map<string, Finding>();
  for (const finding of findings) {
    const place = formatPointer(finding.path);
    if (!places.has(place)) places.set(place, finding);
  }
  return [...places.values()];
}
