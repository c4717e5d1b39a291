import { isOwnAnnotation } from "../../engine/annotations.ts";
import { reservedDomain } from "../../engine/reserved-keys.ts";
import { WORKSPACE_CLAIMS } from "../../engine/mutations/volumes.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { mayCover, NAME_SHAPES, type NameShape } from "../../kubernetes/name-shape.ts";
import { type Path } from "../../text/path.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { type Lint } from "./lints.ts";

/** Patterns of gates that let nothing through. */
export function lintGates(document: PolicyDocument): Lint[] {
  const { labels, annotations, nodeSelector, runtimeClassName, serviceAccountName, volumes, secrets } =
    document;
  const { dnsSubdomain, key, annotationKey } = NAME_SHAPES;
  return [
    {
      path: ["labels", "fromStep", "keys"],
      patterns: keys(labels),
      shape: key,
      moot: mootKey(labels),
    },
    {
      path: ["annotations", "fromStep", "keys"],
      patterns: keys(annotations),
      shape: annotationKey,
      moot: mootAnnotation(annotations),
    },
    {
      path: ["nodeSelector", "fromStep", "keys"],
      patterns: keys(nodeSelector),
      shape: key,
      moot: setAlready(nodeSelector),
    },
    {
      path: ["runtimeClassName", "fromStep"],
      patterns: names(runtimeClassName),
      shape: dnsSubdomain,
    },
    {
      path: ["serviceAccountName", "fromStep"],
      patterns: names(serviceAccountName),
      shape: dnsSubdomain,
    },
    {
      path: ["volumes", "fromStep"],
      patterns: names(volumes),
      shape: dnsSubdomain,
      moot: mootClaim,
    },
    { path: ["secrets", "fromStep"], patterns: names(secrets), shape: dnsSubdomain },
  ].flatMap(lintGate);
}

const keys = (section: Gated): readonly string[] => {
  const gate = section?.fromStep;
  return typeof gate === "object" && gate !== null ? (gate as { keys: readonly string[] }).keys : [];
};

function names(section: Gated): readonly string[] {
  return Array.isArray(section?.fromStep) ? (section.fromStep as string[]) : [];
}

type Gated = { readonly fromStep?: unknown } | undefined;

interface Gate {
  readonly path: Path;
  readonly patterns: readonly string[];
  readonly shape: NameShape;
  /** Why nothing that the pattern covers is ever granted. */
  readonly moot?: (pattern: string) => string | undefined;
}

function lintGate({ path, patterns, shape, moot = () => undefined }: Gate): Lint[] {
  return patterns.flatMap((written, index): Lint[] => {
    const here = { path: [...path, index], written };
    if (!mayCover(written, shape))
      return [
        { code: "pattern-matches-nothing", ...here, message: "matches nothing: there can be no such name" },
      ];
    const message = moot(written);
    return message === undefined ? [] : [{ code: "moot-pattern", ...here, message }];
  });
}

type Setting = { readonly set?: Readonly<Record<string, unknown>> | undefined } | undefined;

const setAlready =
  (section: Setting) =>
  (pattern: string): string | undefined =>
    Object.hasOwn(section?.set ?? {}, pattern)
      ? "grants nothing: the policy sets it, and no step can change that"
      : undefined;

const mootKey = (section: Setting) => (pattern: string) => setAlready(section)(pattern) ?? reserved(pattern);

const mootAnnotation = (section: Setting) => (pattern: string) =>
  isOwnAnnotation(pattern)
    ? "grants nothing: it is read by Podpecker itself and never a step's to set"
    : mootKey(section)(pattern);

/** A pattern is no name of the admin's: what belongs to the platform stays closed. */
function reserved(pattern: string): string | undefined {
  if (!pattern.includes("*")) return undefined;
  const domain = domainOf(pattern);
  return domain === undefined
    ? undefined
    : `grants nothing: keys of ${domain} must be named one by one to be a step's to set`;
}

/** The reserved domain in which all keys are that the pattern covers. */
function domainOf(pattern: string): string | undefined {
  const prefix = pattern.slice(0, Math.max(pattern.indexOf("/"), 0));
  if (!prefix.includes("*")) return reservedDomain(pattern);
  // What is not fixed may be that which is excepted.
  const end = prefix.slice(prefix.lastIndexOf("*") + 1);
  if (!end.startsWith(".") || matchesGlob(prefix, "app.kubernetes.io")) return undefined;
  return reservedDomain(`x${end}/x`);
}

function mootClaim(pattern: string): string | undefined {
  const isWorkspace = WORKSPACE_CLAIMS.some((claims) => matchesGlob(claims, pattern));
  return isWorkspace ? "grants nothing: such claims are workspaces, and never a step's to name" : undefined;
}
