/** A part of a policy that is not there yet: the word that says it, as it will be written, what it will be. */
interface Planned {
  readonly word: string;
  readonly written: string;
  readonly about: string;
}

/** What the design has and this version has not. Each is refused where a policy uses it. */
export const planned: readonly Planned[] = [
  { word: "audit", written: "mode: audit", about: "Decide and report, change nothing." },
];
