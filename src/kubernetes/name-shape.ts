import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from "./names.ts";

/** What all texts of a kind have in common, as far as a pattern can be held against it. */
export interface NameShape {
  readonly test: (text: string) => boolean;
  /** Whether such a text may have the character anywhere. */
  readonly inside: RegExp;
  /** Whether such a text may begin or end with it. */
  readonly ends: RegExp;
  readonly longest: number;
}

/** The shapes of what patterns of a policy are compared with. */
export const NAME_SHAPES = {
  dnsLabel: { test: isDnsLabel, inside: /[-a-z0-9]/, ends: /[a-z0-9]/, longest: 63 },
  dnsSubdomain: { test: isDnsSubdomain, inside: /[-.a-z0-9]/, ends: /[a-z0-9]/, longest: 253 },
  labelValue: { test: isLabelValue, inside: /[-_.A-Za-z0-9]/, ends: /[A-Za-z0-9]/, longest: 63 },
  key: { test: isQualifiedName, inside: /[-_./A-Za-z0-9]/, ends: /[A-Za-z0-9]/, longest: 317 },
  annotationKey: {
    test: (text) => isQualifiedName(text.toLowerCase()),
    inside: /[-_./A-Za-z0-9]/,
    ends: /[A-Za-z0-9]/,
    longest: 317,
  },
} as const satisfies Readonly<Record<string, NameShape>>;

/** Whether a pattern may cover a text of the shape. Where it says no, there is none; where it says yes, there may be none. */
export function mayCover(pattern: string, { test, inside, ends, longest }: NameShape): boolean {
  if (!pattern.includes("*")) return test(pattern);
  const literal = pattern.replaceAll("*", "");
  const outer = [pattern.at(0), pattern.at(-1)].filter((character) => character !== "*");
  return (
    literal.length <= longest &&
    Array.from(literal).every((character) => inside.test(character)) &&
    outer.every((character) => ends.test(character ?? ""))
  );
}
