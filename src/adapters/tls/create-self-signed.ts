import { randomBytes } from "node:crypto";
import { isIP } from "node:net";

import type { SelfsignedOptions } from "selfsigned";

import { CertificateError } from "./certificate-error.ts";

/** A serving certificate with its key, and what a client must trust; all PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate is for, and for how long. */
export interface SelfSigned {
  /** DNS names and IP addresses, as clients will write them. */
  readonly hosts: readonly string[];
  readonly now?: Date;
  /** In milliseconds, counted from now. */
  readonly lifetimeMs?: number;
  /** What the CA's name begins with. */
  readonly authority?: string;
}

/** How far the clocks of API servers and replicas may differ: a certificate is valid so long before it is made. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
// A name of the DNS, its first label possibly a wildcard: https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
const DNS_NAME = /^(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/i;

/** Makes a CA and a certificate signed by it; the CA's key is thrown away, so trusting the CA trusts this one pair.
 * @throws {CertificateError} when a host can stand in no certificate
 */
export async function createSelfSigned({
  hosts,
  now = new Date(),
  lifetimeMs = YEAR_MS,
  authority = "Podpecker development CA",
}: SelfSigned): Promise<Certificates> {
  const altNames = readAltNames(hosts);
  // Loading it takes 100 ms, which only those who need it should pay.
  const { generate } = await import("selfsigned");
  const common: SelfsignedOptions = {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfterDate: new Date(now.getTime() + lifetimeMs),
  };

  // Clients that trust an old and a new CA tell them apart by name.
  const caName = `${authority} ${randomBytes(4).toString("hex")}`;
  const ca = await generate([{ name: "commonName", value: caName }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "podpecker" }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
  return { ca: closed(ca.cert), cert: closed(leaf.cert), key: closed(leaf.private) };
}

function readAltNames(hosts: readonly string[]) {
  if (hosts.length === 0) {
    throw new CertificateError("a certificate needs at least one host; name those that clients will call");
  }
  const bad = hosts.filter((host) => !isAddress(host) && !isDnsName(host));
  if (bad.length > 0) {
    const names = bad.map((host) => JSON.stringify(host)).join(", ");
    throw new CertificateError(
      `${names}: neither a DNS name nor an IP address; name hosts without port or path`,
    );
  }
  return [...new Set(hosts)].map((host) =>
    isAddress(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
  );
}

// An address with a zone (fe80::1%eth0) means something on one machine only.
const isAddress = (host: string): boolean => isIP(host) !== 0 && !host.includes("%");

const isDnsName = (host: string): boolean => host.length <= 253 && DNS_NAME.test(host);

const closed = (pem: string): string => (pem.endsWith("\n") ? pem : `${pem}\n`);
