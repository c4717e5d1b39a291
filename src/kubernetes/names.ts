import { createHash } from "node:crypto";

import { parseQuantity, type Quantity } from "./quantity.ts";

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;
const HUGE_PAGES = "hugepages-";
const QUOTA_PREFIX = "requests.";

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)?$/;
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]{1,253}$/;
// The end of a name that `dnsLabelFrom` made.
const HASHED = /-[0-9a-f]{8}$/;

const standardResources = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Whether a text may name a container, a volume or a namespace (RFC 1123 label). */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/validation.go#L167
export const isDnsLabel = (text: string): boolean => text.length <= MAX_LABEL && DNS_LABEL.test(text);

/** Whether a text may name a Pod, a secret or most other objects (RFC 1123 subdomain). */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/validation.go#L198: no part is bounded by 63.
export const isDnsSubdomain = (text: string): boolean =>
  text.length <= MAX_SUBDOMAIN && text.split(".").every((part) => DNS_LABEL.test(part));

/** Whether a text may be the key of a label, an annotation or a taint: `name` or `domain/name`. */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/validate/content/kube.go#L43
export function isQualifiedName(text: string): boolean {
  if (text.length > MAX_SUBDOMAIN + 1 + MAX_LABEL) return false;
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  return (slash === -1 || isDnsSubdomain(text.slice(0, slash))) && name !== "" && isLabelValue(name);
}

/** Whether a text may be the value of a label; the empty text may. */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/api/validate/content/kube.go#L85
export const isLabelValue = (text: string): boolean => text.length <= MAX_LABEL && LABEL_VALUE.test(text);

/** Whether every API server takes a text as the name of an environment variable; newer ones take almost any. */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/validation.go#L377
export const isEnvName = (text: string): boolean =>
  ENV_NAME.test(text) && text !== "." && !text.startsWith("..");

/** Whether a text may be a key of a Secret or a ConfigMap. */
// https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/validation.go#L409
export const isSecretKey = (text: string): boolean =>
  SECRET_KEY.test(text) && text !== "." && !text.startsWith("..");

/** Whether a container may request or limit a resource of this name. */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go#L7548
export function isResourceName(name: string): boolean {
  if (standardResources.has(name)) return true;
  if (!isQualifiedName(name)) return false;
  if (name.startsWith(HUGE_PAGES)) return hugePageSize(name) !== undefined;
  return name.includes("/") && (isNative(name) || isExtendedResource(name));
}

/**
 * Whether a resource is a device's (`nvidia.com/gpu`): counted in whole numbers, never requested without a limit, and
 * with a request equal to it. Huge pages share the last two rules, but are not extended.
 */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/helper/helpers.go#L186
export const isExtendedResource = (name: string): boolean =>
  !isNative(name) && !name.startsWith(QUOTA_PREFIX) && isQualifiedName(QUOTA_PREFIX + name);

/**
 * A DNS label for any text: the text itself where it is one, else its legible part and a hash. Two texts share a name
 * only if their hashes collide: a text that looks like such a name already gets a hash as well.
 */
export function dnsLabelFrom(text: string): string {
  if (isDnsLabel(text) && !HASHED.test(text)) return text;
  return hashedLabel(text);
}

/** A DNS label that ends with a hash of the text, whatever the text is like: texts that share one have hashes that collide. */
export function hashedLabel(text: string, { prefix = "", digits = 8 } = {}): string {
  const hash = sha256(text).slice(0, digits);
  const legible = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, MAX_LABEL - prefix.length - 1 - digits)
    .replace(/-$/, "");
  return `${prefix}${legible === "" ? "x" : legible}-${hash}`;
}

/** The label value that Woodpecker's agent makes of a text (since 3.17), so that patterns can be compared with labels. */
// https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/pipeline/backend/kubernetes/utils.go#L92
export function toLabelValue(text: string): string {
  const value = text
    // Go maps this one letter to a plain "i"; JavaScript would add a combining dot.
    .replaceAll("İ", "i")
    .toLowerCase()
    .replaceAll(/[^-_.a-z0-9]+/g, "-")
    .replaceAll(/[-_.]{2,}/g, "-")
    .replaceAll(/^[-_.]|[-_.]$/g, "");
  return value.length > MAX_LABEL ? truncateWithHash(value, text) : value;
}

function truncateWithHash(value: string, original: string): string {
  const hash = sha256(original).slice(0, 16);
  return `${value.slice(0, MAX_LABEL - 1 - hash.length).replace(/[-_.]$/, "")}-${hash}`;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/helper/helpers.go#L201: no boundary before the domain.
const isNative = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");

/** The size of a page, where the resource is huge pages of a possible size. */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/helper/helpers.go#L43
export function hugePageSize(name: string): Quantity | undefined {
  const size = name.startsWith(HUGE_PAGES) ? parseQuantity(name.slice(HUGE_PAGES.length)) : undefined;
  return size !== undefined && size.nanos > 0n && size.nanos % 10n ** 9n === 0n ? size : undefined;
}
