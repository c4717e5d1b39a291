import { type z } from "zod";

import { across, either, flag, listOf, oneOf, strict, text, whole } from "../text/schema.ts";
import { namesGate, type NamesGate } from "./gates.ts";
import { STANDARDS } from "./pod-security-checks.ts";

// IDs are int64 in the API, but validation ends at the largest int32.
const id = whole(0, 2_147_483_647);

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go, validateAppArmorProfile
const MAX_APPARMOR = 4095;

/** A seccomp or AppArmor profile. */
export interface Profile {
  readonly type: "RuntimeDefault" | "Localhost" | "Unconfined";
  readonly localhostProfile?: string | undefined;
}

const profile: z.ZodType<Profile> = across(
  strict({
    type: oneOf(["RuntimeDefault", "Localhost", "Unconfined"]),
    localhostProfile: text({
      test: isProfileName,
      wanted: "the name of a profile on the node, without a leading `/` and without `..`",
    }).optional(),
  }),
  ({ type, localhostProfile }, complain) => {
    if (type === "Localhost" && localhostProfile === undefined)
      complain([], "is not a profile: the type Localhost needs a localhostProfile");
    if ((type === "RuntimeDefault" || type === "Unconfined") && localhostProfile !== undefined)
      complain([], `is not a profile: the type ${type} has no localhostProfile`);
  },
);

function isProfileName(name: string): boolean {
  const isRelative = name !== "" && !name.startsWith("/") && !name.split("/").includes("..");
  return isRelative && name.trim() === name;
}

/** The security settings, for a step's option and a policy's section alike. */
export interface Security {
  readonly privileged?: boolean | undefined;
  readonly runAsUser?: number | undefined;
  readonly runAsGroup?: number | undefined;
  readonly runAsNonRoot?: boolean | undefined;
  readonly fsGroup?: number | undefined;
  readonly fsGroupChangePolicy?: "OnRootMismatch" | "Always" | undefined;
  readonly seccompProfile?: Profile | undefined;
  readonly apparmorProfile?: Profile | undefined;
  readonly allowPrivilegeEscalation?: boolean | undefined;
  readonly capabilities?: { readonly drop?: readonly string[] | undefined } | undefined;
}

const capability = text({
  test: (name) => /^[A-Za-z0-9_]{1,64}$/.test(name),
  wanted: "the name of a capability",
});

export const securitySchema: z.ZodType<Security> = across(
  strict({
    privileged: flag
      .optional()
      .describe("The container may do what the node may. Closed unless a policy opens it."),
    runAsUser: id.optional().describe("The user that the Pod's processes run as."),
    runAsGroup: id.optional().describe("Their first group."),
    runAsNonRoot: flag.optional().describe("The kubelet starts no container as user 0."),
    fsGroup: id.optional().describe("The group that owns the files of volumes."),
    fsGroupChangePolicy: oneOf(["OnRootMismatch", "Always"])
      .optional()
      .describe("When that ownership is changed."),
    seccompProfile: profile.optional().describe("The system calls that are allowed."),
    apparmorProfile: profile
      .refine(({ localhostProfile = "" }) => Buffer.byteLength(localhostProfile) <= MAX_APPARMOR, {
        path: ["localhostProfile"],
        error: `is longer than ${MAX_APPARMOR} bytes, which the API server refuses`,
      })
      .optional()
      .describe("The AppArmor profile; the field or the annotation, as the policy says."),
    allowPrivilegeEscalation: flag.optional().describe("`true` comes with privileged mode only."),
    capabilities: strict({ drop: listOf(capability).optional().describe("Taken away; none can be added.") })
      .optional()
      .describe("Linux capabilities of the container."),
  }),
  ({ privileged, allowPrivilegeEscalation }, complain) => {
    if (privileged === true && allowPrivilegeEscalation === false)
      complain(
        ["allowPrivilegeEscalation"],
        "does not go with privileged: true; the API server refuses the pair",
      );
  },
);

/** Who may be privileged: everybody, nobody, or plugins of these images. */
export type PrivilegedGate = boolean | { readonly images: readonly string[] };

/** What of the security settings a step may ask; what is left out has its default. */
export interface SecurityGates {
  readonly privileged?: PrivilegedGate | undefined;
  readonly root?: boolean | undefined;
  readonly seccompProfiles?: NamesGate | undefined;
  readonly apparmorProfiles?: NamesGate | undefined;
}

const privilegedGate: z.ZodType<PrivilegedGate> = either("true, false or {images: [patterns]}", [
  flag,
  strict({ images: listOf(text()) }),
]);

/** `true` is the same as saying nothing: every part has its default. `false` closes all of it. */
export const securityGate: z.ZodType<boolean | SecurityGates> = either(
  "true, false or {privileged, root, seccompProfiles, apparmorProfiles}",
  [
    flag,
    strict({
      privileged: privilegedGate.optional().describe("Default false."),
      root: flag.optional().describe("User, group and fsGroup 0. Default true, never against runAsNonRoot."),
      seccompProfiles: namesGate
        .optional()
        .describe('Localhost profiles, and the word Unconfined. Default ["*"].'),
      apparmorProfiles: namesGate
        .optional()
        .describe('Localhost profiles, and the word Unconfined. Default ["*"].'),
    }),
  ],
);

/** The section, with where AppArmor profiles are written. */
export const securitySection = strict({
  set: securitySchema.optional().describe("Always, for every container; no step can change it."),
  default: securitySchema.optional().describe("When neither the step nor the Pod says otherwise."),
  fromStep: securityGate.optional().describe("What a step may ask for."),
  podSecurityStandard: oneOf(STANDARDS)
    .optional()
    .describe(
      "The Pod Security Standard that every Pod meets: what it demands is filled in, what it forbids is refused, whoever asked. Default privileged, which forbids nothing.",
    ),
  apparmor: oneOf(["field", "annotation"])
    .optional()
    .describe("`annotation` for API servers before 1.30. Default field."),
});
