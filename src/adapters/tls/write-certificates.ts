import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CertificateError, fileTrouble } from "./certificate-error.ts";
import type { Certificates } from "./create-self-signed.ts";

/** Where certificates lie on disk; the names are those of a mounted `kubernetes.io/tls` Secret. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The paths of the three files in a directory. */
export const certificateFiles = (dir: string): CertificateFiles => ({
  ca: join(dir, "ca.crt"),
  cert: join(dir, "tls.crt"),
  key: join(dir, "tls.key"),
});

/** Whether files that stand in the way are replaced; a key that is gone cannot be made again. */
export interface WriteOptions {
  readonly overwrite?: boolean;
}

/** Writes the three files, the key readable by its owner only.
 * @throws {CertificateError} when one exists already or cannot be written
 */
export async function writeCertificates(
  dir: string,
  certificates: Certificates,
  { overwrite = false }: WriteOptions = {},
): Promise<CertificateFiles> {
  const files = certificateFiles(dir);
  await attempt(dir, () => mkdir(dir, { recursive: true }));
  if (!overwrite) await refuseExisting(Object.values(files));

  const write = overwrite ? replace : create;
  await attempt(files.key, () => write(files.key, certificates.key, 0o600));
  await attempt(files.cert, () => write(files.cert, certificates.cert, 0o644));
  await attempt(files.ca, () => write(files.ca, certificates.ca, 0o644));
  return files;
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await exists(path)) {
      throw new CertificateError(`"${path}" exists already; remove it, or allow overwriting`);
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function attempt(path: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw fileTrouble(path, "written", error);
  }
}

const create = (path: string, text: string, mode: number): Promise<void> =>
  writeFile(path, text, { mode, flag: "wx" });

// A server may be watching: it must see the old file or the new one, never a half.
async function replace(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    await writeFile(draft, text, { mode, flag: "wx" });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
