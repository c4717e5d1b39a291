import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { quote } from "../text/quote.ts";
import { type PodSecurityViolation, podSecurityViolations } from "./pod-security.ts";
import { type PodSecurityProfile } from "./pod-security-checks.ts";
import { type WantedSecurity } from "./security-claims.ts";
import { type Security } from "./security-schema.ts";
import { type Turn } from "./turn.ts";

/** What is wanted without what a profile forbids: a step does not get it, and a default gives way. What is set denies the Pod. */
export function withoutForbidden(
  turn: Turn,
  wanted: WantedSecurity,
  profile: PodSecurityProfile,
): WantedSecurity {
  const granted = withoutRefused(turn, wanted, profile);
  const usual = withoutIdle(turn, { ...wanted, granted }, profile);
  return { set: wanted.set, granted, default: usual };
}

/** What a step gets; where the policy sets something, that decides and says so. */
function withoutRefused(
  turn: Turn,
  { set, granted }: WantedSecurity,
  profile: PodSecurityProfile,
): Security | undefined {
  const refused = forbiddenSettings(granted ?? {}, profile, kindOf(turn)).filter(
    ([option]) => set?.[option] === undefined,
  );
  for (const [option, { check }] of refused)
    turn.find("pod-security-refused", [turn.id, option], {
      message: `is not given: ${allowing(profile, check)}`,
      rule: turn.rule("podSecurityStandard"),
    });
  return without(granted, refused);
}

function withoutIdle(
  turn: Turn,
  { set, granted, default: usual }: WantedSecurity,
  profile: PodSecurityProfile,
): Security | undefined {
  const idle = forbiddenSettings(usual ?? {}, profile, kindOf(turn));
  for (const [option, { check }] of idle)
    if (set?.[option] === undefined && granted?.[option] === undefined)
      turn.findOfPolicy("pod-security-default", [turn.id, "default", option], {
        message: `is not written: ${allowing(profile, check)}`,
        rule: turn.rule("default", option),
      });
  return without(usual, idle);
}

type Objection = readonly [keyof Security, PodSecurityViolation];

function without(security: Security | undefined, objections: readonly Objection[]): Security | undefined {
  if (security === undefined) return undefined;
  const options = new Set<string>(objections.map(([option]) => option));
  return Object.fromEntries(Object.entries(security).filter(([option]) => !options.has(option)));
}

/** Tells what of the Pod as it stands now a profile forbids; each of it denies the Pod. */
export function tellViolations(turn: Turn, profile: PodSecurityProfile): void {
  const violations = podSecurityViolations(turn.draft.pod, profile, turn.scene.policy.givesUsers);
  const forbidden = violations.filter(({ value }) => value !== undefined);
  // What is missing after all was filled is missing because of something that is there.
  for (const violation of forbidden.length > 0 ? forbidden : violations)
    turn.findOfPolicy("pod-security", violation.path, {
      message: describe(turn, violation, profile),
      rule: turn.rule("podSecurityStandard"),
    });
}

/** What of a Pod, and of its policy, spares it some of the checks. */
type PodKind = Pick<Pod["spec"], "hostUsers" | "os"> & { readonly givesUsers?: boolean };

function kindOf({ draft, scene }: Turn): PodKind {
  const { hostUsers, os } = draft.pod.spec;
  return { hostUsers, os, givesUsers: scene.policy.givesUsers };
}

/** The options among the settings that would break a profile on such a Pod. */
export function forbiddenSettings(
  { apparmorProfile, ...security }: Security,
  profile: PodSecurityProfile,
  { hostUsers, os, givesUsers = false }: PodKind,
): Objection[] {
  const securityContext = { ...security, appArmorProfile: apparmorProfile };
  // The settings are fields of a container, as far as the checks look at them.
  const pod = { spec: { hostUsers, os, containers: [{ name: "", securityContext }] } } as unknown as Pod;
  return podSecurityViolations(pod, profile, givesUsers)
    .filter(({ value }) => value !== undefined)
    .map((violation) => [optionOf(violation.path), violation]);
}

function optionOf([, , , , field]: Path): keyof Security {
  // A member of the settings: of nothing else was the Pod made.
  return field === "appArmorProfile" ? "apparmorProfile" : (field as keyof Security);
}

function describe(turn: Turn, { path, value, check }: PodSecurityViolation, profile: string): string {
  if (value === undefined) return `is missing: ${allowing(profile, check)}`;
  const shown = quote(typeof value === "string" ? value : JSON.stringify(value));
  const rule = writerOf(turn, path);
  return `${shown}${rule === undefined ? "" : ` of ${rule}`} is forbidden: ${allowing(profile, check)}`;
}

/** What a check lets pass, as a sentence. */
export const allowing = (profile: string, { allowed }: PodSecurityViolation["check"]): string =>
  `the Pod Security Standard ${profile} allows ${allowed}`;

/** The rule that wrote the value, or what it stands in. */
function writerOf(turn: Turn, path: Path): string | undefined {
  for (let length = path.length; length > 2; length -= 1) {
    const rule = turn.draft.ruleOf(path.slice(0, length));
    if (!rule.startsWith("pod#")) return rule;
  }
  return undefined;
}
