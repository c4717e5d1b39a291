/** Files an administrator must mend, all at once: one readable sentence a problem. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The sentence for a file or directory that cannot be read. */
export const unreadable = (path: string, error: unknown): string =>
  `"${path}" cannot be read: ${reasonOf(error)}`;

/** The sentence for a file that cannot be written. */
export const unwritable = (path: string, error: unknown): string =>
  `"${path}" cannot be written: ${reasonOf(error)}`;

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or directory; name one that exists",
  EACCES: "this user has no permission; change its owner or mode",
  EPERM: "this user has no permission; change its owner or mode",
  ENOSPC: "the disk is full; make room there, or name a file on another one",
  EROFS: "the file system is read-only; name a file on one that is not",
  EISDIR: "it is a directory; name a file",
  ENOTDIR: "a part of the path is a file; name a directory there",
  ELOOP: "its symbolic links go round in a circle; let them end at a file",
  ERR_ENCODING_INVALID_ENCODED_DATA: "it is not UTF-8 text; save it as UTF-8",
};
