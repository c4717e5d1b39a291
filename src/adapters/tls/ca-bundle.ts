import { X509Certificate } from "node:crypto";

import { CLOCK_SKEW_MS } from "./create-self-signed.ts";

/** What the names of the CAs that Podpecker keeps in a cluster begin with. */
export const AUTHORITY = "Podpecker CA";

const OWN = new RegExp(`^CN=${AUTHORITY} [0-9a-f]{8}$`);
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
// A CA has 600 bytes and an API object may have a megabyte. Only a Secret that is deleted again and again makes so many.
const MAX_OWN = 50;

/** A CA together with all that is asked of it. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly fingerprint: string;
  /** Whether Podpecker made it; what others put into a bundle is never removed. */
  readonly isOwn: boolean;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The CAs of a bundle, each once; what cannot be parsed is left out, as an API server does. */
export const readBundle = (pem: string): Authority[] => distinct((pem.match(BLOCK) ?? []).flatMap(parse));

/** These CAs, each once, and of Podpecker's own no more than the first fifty. */
export function bounded(authorities: readonly Authority[]): Authority[] {
  const all = distinct(authorities);
  const own = new Set(all.filter(({ isOwn }) => isOwn).slice(0, MAX_OWN));
  return all.filter((authority) => !authority.isOwn || own.has(authority));
}

/** The bundle with these CAs, as PEM. */
export const writeBundle = (authorities: readonly Authority[]): string =>
  authorities.map(({ certificate }) => certificate.toString()).join("");

/** Whether a bundle has this CA. */
export const includes = (bundle: readonly Authority[], { fingerprint }: Authority): boolean =>
  bundle.some((authority) => authority.fingerprint === fingerprint);

/** Those first that were made last. */
export const newestFirst = (authorities: readonly Authority[]): Authority[] =>
  [...authorities].sort((one, two) => two.notBefore - one.notBefore);

/** Whether no clock can take the CA for valid any more; it signed one certificate, which ended with it. */
export const isOver = ({ notAfter }: Authority, now: number): boolean => notAfter + CLOCK_SKEW_MS <= now;

/** Whether a subject is the name of a CA that Podpecker keeps in a cluster. */
export const isOwnName = (subject: string): boolean => OWN.test(subject);

function parse(pem: string): Authority[] {
  try {
    const certificate = new X509Certificate(pem);
    return [
      {
        certificate,
        fingerprint: certificate.fingerprint256,
        isOwn: isOwnName(certificate.subject),
        notBefore: Date.parse(certificate.validFrom),
        notAfter: Date.parse(certificate.validTo),
      },
    ];
  } catch {
    return [];
  }
}

const distinct = (authorities: readonly Authority[]): Authority[] => [
  ...new Map(authorities.map((authority) => [authority.fingerprint, authority])).values(),
];
