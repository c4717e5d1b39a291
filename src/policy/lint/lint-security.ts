import { type Security, type SecurityGates } from "../../engine/security-schema.ts";
import { matchesImage, mayCoverImage } from "../../kubernetes/image.ts";
import { nearest } from "../../text/nearest.ts";
import { type Path } from "../../text/path.ts";
import { quote } from "../../text/quote.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { imageAdvice } from "./lint-match.ts";
import { type Lint } from "./lints.ts";

const ROOT = "securityContext";

/** Privileges for too many, and words that the kernel or a profile's name cannot have. */
export function lintSecurity({ securityContext = {} }: PolicyDocument): Lint[] {
  const {
    set,
    default: fallback,
    fromStep,
  } = securityContext as {
    readonly set?: Security;
    readonly default?: Security;
    readonly fromStep?: boolean | SecurityGates;
  };
  const gates = typeof fromStep === "object" ? fromStep : {};
  return [
    ...lintSettings([ROOT, "set"], set),
    ...lintSettings([ROOT, "default"], fallback),
    ...lintPrivileged(gates.privileged),
    ...lintProfiles("seccompProfiles", gates.seccompProfiles),
    ...lintProfiles("apparmorProfiles", gates.apparmorProfiles),
  ];
}

function lintSettings(path: Path, { privileged, capabilities }: Security = {}): Lint[] {
  const message = "makes containers privileged that did not ask for it: they own their node";
  return [
    ...(privileged === true
      ? [{ code: "privileged-for-all", path: [...path, "privileged"], message } as const]
      : []),
    ...lintCapabilities([...path, "capabilities", "drop"], capabilities?.drop),
  ];
}

function lintCapabilities(path: Path, names: readonly string[] = []): Lint[] {
  return names.flatMap((written, index) => {
    if (CAPABILITIES.includes(written)) return [];
    const near = nearest(written.replace(/^CAP_/i, ""), CAPABILITIES);
    const hint = near === undefined ? "" : `; did you mean ${quote(near)}?`;
    const message = `is not a capability as Kubernetes writes it${hint}`;
    return [{ code: "unknown-capability", path: [...path, index], written, message }];
  });
}

// Where everybody may have an account.
const PUBLIC = ["docker.io", "ghcr.io", "quay.io", "codeberg.org", "public.ecr.aws"].map(
  (registry) => `${registry}/anybody-0/anything:1`,
);

function lintPrivileged(gate: SecurityGates["privileged"]): Lint[] {
  const path = [ROOT, "fromStep", "privileged"];
  if (gate === true)
    return [
      {
        code: "privileged-for-all",
        path,
        message: "lets every step own its node; name the images of plugins",
      },
    ];
  if (gate === undefined || gate === false) return [];
  return gate.images.flatMap((written, index): Lint[] => {
    const here = { path: [...path, "images", index], written };
    if (!mayCoverImage(written))
      return [
        { code: "pattern-matches-nothing", ...here, message: "matches nothing: there can be no such image" },
      ];
    if (PUBLIC.some((image) => matchesImage(written, image)))
      return [{ code: "public-images", ...here, message: "covers images that anybody can publish" }];
    const [code, message] = imageAdvice(written) ?? [];
    return code === undefined || message === undefined ? [] : [{ code, ...here, message }];
  });
}

function lintProfiles(
  name: "seccompProfiles" | "apparmorProfiles",
  gate: SecurityGates["seccompProfiles"],
): Lint[] {
  const patterns = typeof gate === "object" ? gate : [];
  return patterns.flatMap((written, index): Lint[] => {
    const here = { path: [ROOT, "fromStep", name, index], written };
    if (written === "RuntimeDefault")
      return [{ code: "moot-pattern", ...here, message: "needs no pattern: it is always granted" }];
    const isNone = written === "" || written.startsWith("/") || written.split("/").includes("..");
    if (!isNone) return [];
    const message = "matches nothing: the name of a profile is a path without a leading `/` and without `..`";
    return [{ code: "pattern-matches-nothing", ...here, message }];
  });
}
