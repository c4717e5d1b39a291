import { allContainers } from "../kubernetes/containers.ts";
import { valuesAt } from "../kubernetes/field-pattern.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import {
  type Demand,
  type PodSecurityCheck,
  podSecurityChecks,
  type PodSecurityProfile,
  type PodSecurityStandard,
} from "./pod-security-checks.ts";

/** Something that a profile forbids, or wants and does not find. */
export interface PodSecurityViolation {
  readonly check: PodSecurityCheck;
  readonly path: Path;
  /** What stands there; nothing where something is missing. */
  readonly value?: unknown;
}

/** The profile that a policy holds Pods to; nothing where it restricts nothing. */
export function profileOf({ sections }: { readonly sections: object }): PodSecurityProfile | undefined {
  // The schema of the section has checked it.
  const { securityContext } = sections as { securityContext?: { podSecurityStandard?: PodSecurityStandard } };
  const standard = securityContext?.podSecurityStandard;
  return standard === "privileged" ? undefined : standard;
}

/** The checks that a profile makes of a Pod, by whether a policy gives Pods users of their own. */
export function checksOf(
  pod: Pod,
  profile: PodSecurityProfile,
  givesUsers: boolean,
): readonly PodSecurityCheck[] {
  return podSecurityChecks.filter(
    ({ profiles, spares }) => profiles.includes(profile) && spares?.covers(pod, givesUsers) !== true,
  );
}

/** What speaks against the Pod by a Pod Security Standard, in all of its containers; nothing where it may run. Pure. */
export function podSecurityViolations(
  pod: Pod,
  profile: PodSecurityProfile,
  givesUsers: boolean,
): PodSecurityViolation[] {
  return checksOf(pod, profile, givesUsers).flatMap((check) => [
    ...forbidden(pod, check),
    ...missing(pod, check),
  ]);
}

function forbidden(pod: Pod, check: PodSecurityCheck): PodSecurityViolation[] {
  return check.fields
    .flatMap((field) => valuesAt(pod, field))
    .filter(({ path, value }) => !check.allows(value, String(path.at(-1))))
    .map(({ path, value }) => ({ check, path, value }));
}

function missing(pod: Pod, check: PodSecurityCheck): PodSecurityViolation[] {
  const { demand } = check;
  return demand === undefined ? [] : unmetAt(pod, demand).map((path) => ({ check, path }));
}

/** The fields of containers that nobody fills as a demand wants it, be it for all of the Pod. */
export function unmetAt(pod: Pod, demand: Demand): Path[] {
  if (demand.at === "pod" && valuesAt(pod, ["spec", ...demand.field]).length > 0) return [];
  return allContainers(pod)
    .filter(({ container }) => !isMet(container, demand))
    .map(({ path }) => [...path, ...demand.field]);
}

/** Whether the container itself says something; what it may say is for the check. */
function isMet(container: object, { field, value, isItem }: Demand): boolean {
  const [own] = valuesAt(container, field);
  if (isItem !== true) return own !== undefined;
  return Array.isArray(own?.value) && own.value.includes(value);
}
