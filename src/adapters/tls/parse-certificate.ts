import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";

import { CertificateError } from "./certificate-error.ts";

/** A certificate and key that parse and belong together. */
export interface Certificate {
  /** PEM; the serving certificate first, then what chains it to its CA. */
  readonly cert: string;
  readonly key: string;
  readonly hosts: string;
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate and its key, PEM that nobody looked at yet; or what messages call the two. */
export type Pair = Pick<Certificate, "cert" | "key">;

/** Parses a serving certificate; an expired one is returned like any other, since serving it shows best what is wrong.
 * @throws {CertificateError} when one of the two cannot be parsed, or they are no pair
 */
export function parseCertificate({ cert, key }: Pair, names: Pair): Certificate {
  const parsed = parseLeaf(names.cert, cert);
  if (!parsed.checkPrivateKey(parseKey(names.key, key))) {
    throw new CertificateError(
      `${names.key} is not the key of the certificate in ${names.cert}; put both files of one pair there`,
    );
  }
  assertServable(names.cert, { cert, key });
  return {
    cert,
    key,
    hosts: parsed.subjectAltName ?? "",
    fingerprint: parsed.fingerprint256,
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
  };
}

function parseLeaf(name: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const message = `${name} holds no certificate; it must be PEM and begin with the serving certificate`;
    throw new CertificateError(message, { cause: error });
  }
}

function parseKey(name: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const encrypted = pem.includes("ENCRYPTED");
    const what = encrypted
      ? "is encrypted; it must be a key without a passphrase"
      : "holds no private key; it must be PEM";
    throw new CertificateError(`${name} ${what}`, { cause: error });
  }
}

// What is left for OpenSSL to refuse: keys too weak for its security level, a broken chain after the first certificate.
function assertServable(name: string, pair: Pair): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${name} cannot be served (${reason}); put a certificate with a key of today's strength there`;
    throw new CertificateError(message, { cause: error });
  }
}
