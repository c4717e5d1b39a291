/** A certificate or key an administrator must mend; the message says which, what is wrong and what would be right. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** The same sentence for every file that cannot be read or written. */
export function fileTrouble(path: string, doing: "read" | "written", error: unknown): CertificateError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const reason = reasons[code] ?? code;
  return new CertificateError(`"${path}" cannot be ${doing}: ${reason}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; name one that exists, or make one with podpecker certs",
  EACCES: "this user has no permission; change its owner or mode",
  EPERM: "this user has no permission; change its owner or mode",
  EROFS: "the file system is read-only; name another directory",
  EISDIR: "it is a directory; name a file",
  ENOTDIR: "a part of the path is a file; name a directory",
  EEXIST: "it exists already; remove it, or allow overwriting",
};
