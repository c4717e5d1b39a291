import { X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g;

const parsed = new Map<string, X509Certificate>();
const verified = new Map<string, boolean>();

/** Whether a client that trusts this bundle accepts the certificate at this time: signature, names and dates of both. */
export function trusts(bundle: string, pem: string, at: number): boolean {
  const leaf = parse(pem);
  return isValidAt(leaf, at) && splitBundle(bundle).some((ca) => isValidAt(parse(ca), at) && signed(ca, pem));
}

/** The certificates of a bundle. */
export const splitBundle = (bundle: string): readonly string[] => bundle.match(BLOCK) ?? [];

/** Whether a certificate is valid at this time, whoever signed it. */
export const isValid = (pem: string, at: number): boolean =>
  pem.startsWith("-----BEGIN CERTIFICATE") && isValidAt(parse(pem), at);

/** When a certificate ends. */
export const endOf = (pem: string): number => Date.parse(parse(pem).validTo);

const isValidAt = ({ validFrom, validTo }: X509Certificate, at: number): boolean =>
  Date.parse(validFrom) <= at && at < Date.parse(validTo);

function parse(pem: string): X509Certificate {
  const certificate = parsed.get(pem) ?? new X509Certificate(pem);
  parsed.set(pem, certificate);
  return certificate;
}

function signed(ca: string, pem: string): boolean {
  const pair = `${ca} ${pem}`;
  const known = verified.get(pair);
  if (known !== undefined) return known;
  const [authority, leaf] = [parse(ca), parse(pem)];
  const isSigned = authority.ca && leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
  verified.set(pair, isSigned);
  return isSigned;
}
