/** What the process says when it ends; every command's help shows the same table. */
export const EXIT = {
  /** Done: what was reviewed may run, what was validated is good, what was tested passes. */
  ok: 0,
  /** A Pod is denied, a test fails. */
  denied: 1,
  /** The input, the options or the environment must be mended first. */
  unusable: 2,
  /** A defect of Podpecker (EX_SOFTWARE of sysexits.h). */
  defect: 70,
} as const;
