import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";

import { CertificateError, fileTrouble } from "./certificate-error.ts";

/** A certificate and key that were read, parse and belong together. */
export interface Certificate {
  /** PEM; the serving certificate first, then what chains it to its CA. */
  readonly cert: string;
  readonly key: string;
  readonly hosts: string;
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Reads a serving certificate; an expired one is returned like any other, since serving it shows best what is wrong.
 * @throws {CertificateError} when a file cannot be read or parsed, or the two are no pair
 */
export async function readCertificate(certFile: string, keyFile: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([readText(certFile), readText(keyFile)]);
  const parsed = parseCertificate(certFile, cert);
  if (!parsed.checkPrivateKey(parseKey(keyFile, key))) {
    throw new CertificateError(
      `"${keyFile}" is not the key of the certificate in "${certFile}"; put both files of one pair there`,
    );
  }
  assertServable(certFile, { cert, key });
  return {
    cert,
    key,
    hosts: parsed.subjectAltName ?? "",
    fingerprint: parsed.fingerprint256,
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw fileTrouble(path, "read", error);
  }
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const message = `"${path}" holds no certificate; it must be PEM and begin with the serving certificate`;
    throw new CertificateError(message, { cause: error });
  }
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const encrypted = pem.includes("ENCRYPTED");
    const what = encrypted
      ? "is encrypted; it must be a key without a passphrase"
      : "holds no private key; it must be PEM";
    throw new CertificateError(`"${path}" ${what}`, { cause: error });
  }
}

// What is left for OpenSSL to refuse: keys too weak for its security level, a broken chain after the first certificate.
function assertServable(path: string, pair: { readonly cert: string; readonly key: string }): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `"${path}" cannot be served (${reason}); put a certificate with a key of today's strength there`;
    throw new CertificateError(message, { cause: error });
  }
}
