import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { formatPath, parsePath } from "#src/text/path.ts";
import { runs } from "../runs.ts";

describe("a path that somebody wrote", () => {
  it.each([
    { text: "spec", path: ["spec"] },
    { text: "spec.containers[0].image", path: ["spec", "containers", 0, "image"] },
    {
      text: 'metadata.labels["app.kubernetes.io/name"]',
      path: ["metadata", "labels", "app.kubernetes.io/name"],
    },
    { text: "limits['nvidia.com/gpu']", path: ["limits", "nvidia.com/gpu"] },
    { text: '["a \\"b\\""].c', path: ['a "b"', "c"] },
    { text: "[0][12]", path: [0, 12] },
    { text: "limits.ephemeral-storage", path: ["limits", "ephemeral-storage"] },
  ])("$text is read", ({ text, path }) => {
    expect(parsePath(text)).toEqual(path);
  });

  it.each([
    "",
    ".",
    ".spec",
    "spec.",
    "spec..a",
    "a[",
    "a[]",
    "a[01]",
    "a[-1]",
    "a[0]b",
    'a["b]',
    'a["\\u12"]',
    "a b",
    "a.0",
  ])('of "%s" there is none', (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  const step = fc.oneof(fc.nat({ max: 999 }), fc.string({ maxLength: 40 }), fc.constantFrom("spec", "a/b.c"));
  test.prop([fc.array(step, { minLength: 1 })], { numRuns: runs(500) })(
    "is read back from how it is told",
    (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    },
  );
});
