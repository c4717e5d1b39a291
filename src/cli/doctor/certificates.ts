import { X509Certificate } from "node:crypto";

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_MS = 14 * DAY_MS;

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in base64 of PEM, as webhook configurations and Secrets hold them; nothing where one is none. */
export function readCertificates(base64: string): readonly X509Certificate[] | undefined {
  const blocks = Buffer.from(base64, "base64").toString("latin1").match(PEM) ?? [];
  try {
    return blocks.length === 0 ? undefined : blocks.map((block) => new X509Certificate(block));
  } catch {
    // Whatever OpenSSL has against it: it is no certificate.
    return undefined;
  }
}

export const endOf = ({ validTo }: X509Certificate): Date => new Date(validTo);

/** Whether a certificate has ended. */
export const hasEnded = (certificate: X509Certificate, now: Date): boolean => endOf(certificate) < now;

/** Whether a certificate is for later only. */
export const isEarly = ({ validFrom }: X509Certificate, now: Date): boolean => new Date(validFrom) > now;

/** Whether a certificate ends in less than 14 days; one of a short life, which is renewed at two thirds of it, in less than a quarter of that. */
export function endsSoon(certificate: X509Certificate, now: Date): boolean {
  const lifetime = endOf(certificate).getTime() - new Date(certificate.validFrom).getTime();
  return endOf(certificate).getTime() - now.getTime() < Math.min(SOON_MS, lifetime / 4);
}

/** When a certificate ends, and how far that is. */
export function describeEnd(certificate: X509Certificate, now: Date): string {
  const end = endOf(certificate);
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
  const away = days < 1 ? "within a day" : `in ${days} day${days === 1 ? "" : "s"}`;
  return end < now ? `ended on ${dayOf(end)}` : `ends on ${dayOf(end)}, ${away}`;
}

/** Whether a chain, the serving certificate first, leads to one of some roots, each signature checked. */
export function leadsTo(
  [first, ...others]: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  let current = first;
  const left = [...others];
  while (current !== undefined) {
    const one = current;
    if (roots.some((root) => root.fingerprint256 === one.fingerprint256 || isSignedBy(one, root)))
      return true;
    const next = left.findIndex((candidate) => isSignedBy(one, candidate));
    current = next === -1 ? undefined : left.splice(next, 1)[0];
  }
  return false;
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
