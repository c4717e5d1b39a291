/** What a node runs, in Go's words, which are those of `kubernetes.io/os` and `kubernetes.io/arch`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
}

const PLATFORM = /^([a-z0-9]{1,63})\/([a-z0-9]{1,63})(?:\/([a-z0-9]{1,63}))?$/;

/** The parts of `os/arch` or `os/arch/variant`, each fit to be a label value; nothing is guessed or renamed. */
export function parsePlatform(text: string): Platform | undefined {
  const [, os, arch, variant] = PLATFORM.exec(text) ?? [];
  if (os === undefined || arch === undefined) return undefined;
  return variant === undefined ? { os, arch } : { os, arch, variant };
}
