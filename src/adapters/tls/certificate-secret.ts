import { X509Certificate } from "node:crypto";

import { type Authority, isOwnName, readBundle, writeBundle } from "./ca-bundle.ts";
import { CertificateError } from "./certificate-error.ts";
import { type Certificate, type Pair, parseCertificate } from "./parse-certificate.ts";

/** What Podpecker keeps in its Secret of type kubernetes.io/tls, as text; other keys there are not ours to touch. */
export interface SecretContent {
  /** Empty, like its key, while nothing may be served yet. */
  readonly "tls.crt": string;
  readonly "tls.key": string;
  /** The CA of the serving certificate, then all others whose certificates may still be served somewhere. */
  readonly "ca.crt": string;
  /** What is served next, once every API server can have heard of its CA. */
  readonly "next.crt"?: string;
  readonly "next.key"?: string;
}

/** A pair of the Secret, with the CA that signed it where the Secret has that, too. */
export interface ManagedPair extends Certificate {
  readonly leaf: X509Certificate;
  readonly authority: Authority | undefined;
}

/** The content of a Secret, understood. */
export interface ManagedCertificates {
  readonly current: ManagedPair | undefined;
  readonly next: ManagedPair | undefined;
  readonly authorities: readonly Authority[];
  /** What is wrong where something stands that is no pair; it can only be replaced. */
  readonly flaws: {
    readonly current: CertificateError | undefined;
    readonly next: CertificateError | undefined;
  };
}

/** Reads what a Secret holds, which is nothing where there is none; messages call the Secret by its title.
 * @throws {CertificateError} when it is another's, which must not be replaced
 */
export function readCertificateSecret(content: Partial<SecretContent>, title: string): ManagedCertificates {
  const {
    "tls.crt": cert = "",
    "tls.key": key = "",
    "next.crt": nextCert = "",
    "next.key": nextKey = "",
  } = content;
  assertOwn(cert, title);
  const authorities = readBundle(content["ca.crt"] ?? "");
  const named = (name: string): Pair => ({
    cert: `"${name}.crt" of the ${title}`,
    key: `"${name}.key" of the ${title}`,
  });
  const current = readPair({ cert, key }, named("tls"), authorities);
  const next = readPair({ cert: nextCert, key: nextKey }, named("next"), authorities);
  return {
    current: current.pair,
    next: next.pair,
    authorities,
    flaws: { current: current.flaw, next: next.flaw },
  };
}

/** The content of a Secret with these pairs and CAs. */
export const writeCertificateSecret = (
  { current, next }: { readonly current?: Pair | undefined; readonly next?: Pair | undefined },
  authorities: readonly Authority[],
): SecretContent => ({
  "tls.crt": current?.cert ?? "",
  "tls.key": current?.key ?? "",
  "ca.crt": writeBundle(authorities),
  ...(next === undefined ? {} : { "next.crt": next.cert, "next.key": next.key }),
});

// A key that is gone cannot be made again: cert-manager's, or one that somebody put there by hand.
function assertOwn(cert: string, title: string): void {
  const leaf = parseLeaf(cert);
  if (leaf === undefined || isOwnName(leaf.issuer)) return;
  throw new CertificateError(
    `the ${title} holds a certificate that Podpecker did not make; delete the Secret, or name another one with --certificate-secret`,
  );
}

function parseLeaf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

interface ReadPair {
  readonly pair?: ManagedPair;
  readonly flaw?: CertificateError;
}

function readPair(pems: Pair, names: Pair, authorities: readonly Authority[]): ReadPair {
  if (pems.cert === "" && pems.key === "") return {};
  try {
    const certificate = parseCertificate(pems, names);
    const leaf = new X509Certificate(pems.cert);
    return { pair: { ...certificate, leaf, authority: authorities.find(signed(leaf)) } };
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return { flaw: error };
  }
}

const signed =
  (leaf: X509Certificate) =>
  ({ certificate }: Authority): boolean =>
    leaf.checkIssued(certificate) && leaf.verify(certificate.publicKey);
