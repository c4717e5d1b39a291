import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { createSelfSigned } from "../../adapters/tls/create-self-signed.ts";
import { type Certificate } from "../../adapters/tls/parse-certificate.ts";
import { readCertificate } from "../../adapters/tls/read-certificate.ts";
import { certificateFiles, writeCertificates } from "../../adapters/tls/write-certificates.ts";

/** Where the certificate comes from; made anew and kept in memory where nothing is said. */
export interface CertificateSource {
  readonly host: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly certificates?: string;
}

/** A certificate to begin with. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
  readonly notAfter: Date;
  /** What a client must trust, where it is known. */
  readonly ca: string | undefined;
  /** What can be read again; nothing when it is in memory only. */
  readonly onDisk: CertificateOnDisk | undefined;
  /** Where it came from, in words. */
  readonly origin: string;
}

/** A certificate and the files that it was read from. */
export interface CertificateOnDisk {
  readonly first: Certificate;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Reads the certificate to serve with, or makes one.
 * @throws {CertificateError} when it cannot be read, made or kept
 */
export async function obtainCertificate(source: CertificateSource): Promise<ServingCertificate> {
  const { tlsCert, tlsKey, certificates, host } = source;
  if (tlsCert !== undefined && tlsKey !== undefined) return read(tlsCert, tlsKey, `from ${tlsCert}`);
  if (certificates === undefined) return inMemory(host);
  const { cert, key } = certificateFiles(certificates);
  if (existsSync(cert) || existsSync(key)) return read(cert, key, `from ${certificates}`);
  await writeCertificates(certificates, await createSelfSigned({ hosts: hostsOf(host) }));
  return read(cert, key, `self-signed, made just now and kept in ${certificates}`);
}

async function read(certFile: string, keyFile: string, origin: string): Promise<ServingCertificate> {
  const first = await readCertificate(certFile, keyFile);
  const ca = join(dirname(certFile), "ca.crt");
  const onDisk = { first, certFile, keyFile };
  return { ...first, ca: existsSync(ca) ? ca : undefined, onDisk, origin };
}

async function inMemory(host: string): Promise<ServingCertificate> {
  const { cert, key } = await createSelfSigned({ hosts: hostsOf(host) });
  const notAfter = new Date(new X509Certificate(cert).validTo);
  return { cert, key, notAfter, ca: undefined, onDisk: undefined, origin: "self-signed, in memory only" };
}

/** The names under which a server on this machine is called. */
function hostsOf(host: string): string[] {
  const isEvery = host === "0.0.0.0" || host === "::";
  return [...new Set(["localhost", "127.0.0.1", "::1", ...(isEvery ? [] : [host])])];
}
