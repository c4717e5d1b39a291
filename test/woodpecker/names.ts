import { createHash } from "node:crypto";

import { type Era, type Step } from "#test/woodpecker/step.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const HASH_DIGITS = 16;

/** A name that the backend refuses, so that the step fails. */
class NameError extends Error {
  override readonly name = "NameError";
}

/**
 * The backend's DNS name of a text: of a Pod, a claim or a secret.
 * @throws {NameError} when the era makes no name of it.
 */
export function parseDnsName(era: Era, text: string): string {
  if (era === "3.17") return cleaned(text);
  return checked(text.replaceAll("_", "-").toLowerCase());
}

/**
 * The value of the label `step`.
 * @throws {NameError} before 3.17, where a name is not cleaned but judged.
 */
export function parseStepLabel(era: Era, name: string): string {
  if (era === "3.17") return labelValue(name);
  return checked(
    name
      .toLowerCase()
      .replaceAll(/[_ ]/g, "-")
      .replaceAll(/[^-^.a-z0-9]/g, ""),
  );
}

/** The name of the step's Pod, which is its container's as well. */
export const parsePodName = (era: Era, step: Step): string =>
  parseDnsName(era, step.type === "service" ? `wp-svc-${step.uuid}-${step.name}` : `wp-${step.uuid}`);

/** The name of the secret with the step's registry password. */
export const registrySecretName = (era: Era, step: Step): string => parseDnsName(era, `wp-${step.uuid}`);

/** Any text as a label value (3.17). */
export function labelValue(text: string): string {
  const value = trimmed(
    text
      .toLowerCase()
      .replaceAll(/[^-_.a-z0-9]+/g, "-")
      .replaceAll(/[-_.]{2,}/g, "-"),
  );
  return value.length > 63 ? shortened(value, text, 63) : value;
}

/** The host name of a step's Pod, if its name can be made one (3.17). */
export function hostname(name: string): string | undefined {
  const label = dnsNameOrLowerCase(name)
    .replaceAll(".", "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return SUBDOMAIN.test(label) ? label : undefined;
}

/** The claim's name and the path of one entry of the step's `volumes`; a mode is not looked at. */
export function parseVolume(era: Era, entry: string): { name: string; mountPath: string } {
  const [source = entry, path] = entry.split(":");
  return { name: parseDnsName(era, source), mountPath: path ?? entry };
}

function dnsNameOrLowerCase(name: string): string {
  try {
    return cleaned(name);
  } catch (error) {
    if (error instanceof NameError) return name.toLowerCase();
    throw error;
  }
}

function cleaned(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^-.a-z0-9]+/g, "-")
    .replaceAll(/[-.]{2,}/g, (run) => (run.includes(".") ? "." : "-"))
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return checked(name.length > 253 ? shortened(name, text, 253) : name);
}

function checked(name: string): string {
  if (!SUBDOMAIN.test(name)) throw new NameError("name is not a valid kubernetes DNS name");
  return name;
}

const trimmed = (text: string): string => text.replaceAll(/^[-_.]+|[-_.]+$/g, "");

function shortened(text: string, original: string, max: number): string {
  const hash = createHash("sha256").update(original).digest("hex").slice(0, HASH_DIGITS);
  return `${text.slice(0, max - 1 - HASH_DIGITS).replace(/[-_.]+$/, "")}-${hash}`;
}
