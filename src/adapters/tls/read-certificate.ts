import { readFile } from "node:fs/promises";

import { fileTrouble } from "./certificate-error.ts";
import { type Certificate, parseCertificate } from "./parse-certificate.ts";

/** Reads a serving certificate from files.
 * @throws {CertificateError} when a file cannot be read or parsed, or the two are no pair
 */
export async function readCertificate(certFile: string, keyFile: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([readText(certFile), readText(keyFile)]);
  return parseCertificate({ cert, key }, { cert: `"${certFile}"`, key: `"${keyFile}"` });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw fileTrouble(path, "read", error);
  }
}
