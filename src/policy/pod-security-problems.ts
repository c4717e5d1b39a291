import { podSecurityViolations, profileOf } from "../engine/pod-security.ts";
import { type PodSecurityProfile } from "../engine/pod-security-checks.ts";
import { allowing, forbiddenSettings } from "../engine/pod-security-objections.ts";
import { type Security, type SecurityGates } from "../engine/security-schema.ts";
import { type PolicyVolume } from "../engine/volume-schema.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { type Lint } from "./lint/lints.ts";
import { type PolicyDocument } from "./policy-document.ts";

type Verb = "set" | "default";

/** What a policy puts into every Pod though its own Pod Security Standard forbids it: no Pod at all would run. */
export function podSecurityProblems(document: PolicyDocument): Problem[] {
  const profile = profileOf({ sections: document });
  if (profile === undefined) return [];
  // The users that are best for it: another policy may give Pods a user namespace of their own unless the policy keeps it from that.
  const hostUsers = document.hostUsers?.set === true;
  return [...settings(document, "set", { profile, hostUsers }), ...volumes(document, profile)];
}

/** What a policy grants, or has for Pods that say nothing, though its own Pod Security Standard forbids it. */
export function idleSecurity(document: PolicyDocument): Lint[] {
  const profile = profileOf({ sections: document });
  if (profile === undefined) return [];
  const hostUsers = document.hostUsers?.set ?? document.hostUsers?.default ?? true;
  const problems = podSecurityProblems(document);
  const ofMost = settings(document, "set", { profile, hostUsers })
    .filter(({ path }) => !problems.some((one) => one.path.join() === path.join()))
    .map((one) => ({
      ...one,
      message: `${one.message}; Pods without a user namespace of their own are denied`,
    }));
  const idle = [
    ...ofMost,
    ...settings(document, "default", { profile, hostUsers }),
    ...gates(document, profile),
  ];
  return idle.map((problem) => ({ ...problem, code: "beyond-standard" }));
}

function settings(
  { securityContext }: PolicyDocument,
  verb: Verb,
  { profile, hostUsers }: { profile: PodSecurityProfile; hostUsers: boolean },
): Problem[] {
  return forbiddenSettings(securityContext?.[verb] ?? {}, profile, { hostUsers, givesUsers: true }).map(
    ([option, { check }]) => ({
      path: ["securityContext", verb, option],
      message: `is forbidden: ${allowing(profile, check)} (podSecurityStandard)`,
    }),
  );
}

function volumes(document: PolicyDocument, profile: PodSecurityProfile): Problem[] {
  return (["set", "default"] as const).flatMap((verb) =>
    (document.volumes?.[verb] ?? []).flatMap(({ name, source }: PolicyVolume, index) =>
      podSecurityViolations({ spec: { containers: [], volumes: [{ name, ...source }] } }, profile, false).map(
        ({ path, check }) => ({
          path: ["volumes", verb, index, String(path.at(-1))],
          message: `is forbidden: ${allowing(profile, check)} (podSecurityStandard)`,
        }),
      ),
    ),
  );
}

/** Askings that the gate lets through and the standard refuses after all. */
function gates({ securityContext }: PolicyDocument, profile: PodSecurityProfile): Problem[] {
  // The schema of the section has checked it.
  const gate = securityContext?.fromStep ?? {};
  if (typeof gate === "boolean") return [];
  const wishes: readonly (readonly [keyof SecurityGates, Security])[] = [
    ["privileged", { privileged: gate.privileged !== undefined && gate.privileged !== false }],
    ["seccompProfiles", listsUnconfined(gate.seccompProfiles) ? { seccompProfile: UNCONFINED } : {}],
    ["apparmorProfiles", listsUnconfined(gate.apparmorProfiles) ? { apparmorProfile: UNCONFINED } : {}],
  ];
  return wishes.flatMap(([key, asked]) =>
    forbiddenSettings(asked, profile, {}).map(([, { check }]) => ({
      path: ["securityContext", "fromStep", key] satisfies Path,
      message: `grants what no step gets: ${allowing(profile, check)} (podSecurityStandard)`,
    })),
  );
}

const UNCONFINED = { type: "Unconfined" } as const;

const listsUnconfined = (gate: SecurityGates["seccompProfiles"]): boolean =>
  typeof gate === "object" && gate.includes("Unconfined");
