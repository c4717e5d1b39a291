import { isOwnAnnotation } from "./annotations.ts";
import { type KeysGate } from "./gates.ts";
import { type Scene } from "./scene.ts";

/** Domains whose labels and annotations belong to the platform, with their subdomains, and what is excepted. */
export const RESERVED_DOMAINS: readonly { readonly domain: string; readonly except: readonly string[] }[] = [
  { domain: "podpecker.dev", except: [] },
  { domain: "woodpecker-ci.org", except: [] },
  { domain: "kubernetes.io", except: ["app.kubernetes.io"] },
  { domain: "k8s.io", except: [] },
];

/** Label keys without a domain that Woodpecker itself writes and selects by. */
export const RESERVED_LABELS: readonly string[] = ["step", "service"];

/**
 * Why a step may not set this key, or nothing where it may. A key that the admin names literally is given free, but
 * never one that Podpecker itself reads, nor a label by which policies are chosen: a step would choose its own law.
 */
export function reservedReason(
  kind: "labels" | "annotations",
  key: string,
  { gate, scene }: { readonly gate: KeysGate; readonly scene: Scene },
): string | undefined {
  if (isOwnAnnotation(key)) return "is read by Podpecker itself and never a step's to set";
  const isLabel = kind === "labels";
  if (isLabel && scene.policy.matchedLabels.has(key))
    return "is a label by which policies are chosen and never a step's to set";
  if (keysNamed(gate).includes(key)) return undefined;
  if (isLabel && RESERVED_LABELS.includes(key)) return "is a label that Woodpecker itself writes";
  const domain = reservedDomain(key);
  return domain === undefined ? undefined : `belongs to ${domain}, whose keys a policy must name one by one`;
}

function keysNamed(gate: KeysGate): readonly string[] {
  return typeof gate === "boolean" ? [] : gate.keys;
}

/** The reserved domain that a key belongs to, if any. */
export function reservedDomain(key: string): string | undefined {
  const slash = key.indexOf("/");
  if (slash < 0) return undefined;
  const prefix = key.slice(0, slash).toLowerCase();
  return RESERVED_DOMAINS.find(
    ({ domain, except }) => within(prefix, domain) && !except.some((free) => prefix === free),
  )?.domain;
}

function within(prefix: string, domain: string): boolean {
  return prefix === domain || prefix.endsWith(`.${domain}`);
}
