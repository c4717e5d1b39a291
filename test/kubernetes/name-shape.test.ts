import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { matchesGlob } from "#src/kubernetes/glob.ts";
import { matchesImage, mayCoverImage } from "#src/kubernetes/image.ts";
import { mayCover, NAME_SHAPES } from "#src/kubernetes/name-shape.ts";

const pattern = fc
  .array(fc.oneof(fc.stringMatching(/^[aA0_.\-/ ]{0,2}$/), fc.constant("*")), { maxLength: 4 })
  .map((parts) => parts.join(""));

describe("mayCover", () => {
  it.each([
    { pattern: "ci-*", shape: "dnsLabel", may: true },
    { pattern: "-*", shape: "dnsLabel", may: false },
    { pattern: "*-", shape: "dnsLabel", may: false },
    { pattern: "a.b*", shape: "dnsLabel", may: false },
    { pattern: "a.b*", shape: "dnsSubdomain", may: true },
    { pattern: "", shape: "labelValue", may: true },
    { pattern: "", shape: "dnsLabel", may: false },
    { pattern: "*", shape: "key", may: true },
    { pattern: "a/b c*", shape: "key", may: false },
    { pattern: "Example.com/*", shape: "annotationKey", may: true },
    { pattern: "😀*", shape: "labelValue", may: false },
  ] as const)("$pattern for a $shape: $may", ({ pattern: given, shape, may }) => {
    expect(mayCover(given, NAME_SHAPES[shape])).toBe(may);
  });

  it.prop([pattern, fc.stringMatching(/^[aA0]([aA0_.\-/]{0,4}[aA0])?$/)], { numRuns: 2000 })(
    "says of no pattern that it covers nothing when it covers something",
    (given, text) => {
      for (const shape of Object.values(NAME_SHAPES)) {
        const isCovered = shape.test(text) && matchesGlob(given, text);
        expect(isCovered && !mayCover(given, shape)).toBe(false);
      }
    },
  );
});

describe("mayCoverImage", () => {
  const part = fc.constantFrom("a", "A", "*", ".", ":", "/", "-", "@sha256:", "acme.io", "0", "_", " ");
  const image = fc.constantFrom(
    "a",
    "a/a:A",
    "acme.io/a/a:0-a",
    "acme.io:0/a_a",
    `a@sha256:${"a".repeat(64)}`,
    `acme.io/a:0@sha256:${"0".repeat(64)}`,
    "[::1]:0/a",
    "A/a",
    "localhost/a-a",
  );

  it.prop([fc.array(part, { maxLength: 6 }), image], { numRuns: 5000 })(
    "says of no pattern that it covers no image when it covers one",
    (parts, given) => {
      const made = parts.join("");

      expect(matchesImage(made, given) && !mayCoverImage(made)).toBe(false);
    },
  );
});
