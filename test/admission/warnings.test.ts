import { describe, expect, it } from "vitest";

import { warningsOf } from "#src/admission/warnings.ts";
import { type Finding } from "#src/engine/finding.ts";

const finding = (message: string, code: Finding["code"] = "not-granted"): Finding => ({
  code,
  path: ["a"],
  message,
});

describe("warnings", () => {
  it("have at most 120 characters each", () => {
    const [first, second] = warningsOf([finding("x".repeat(117)), finding("x".repeat(118))]);

    expect(first).toBe(`a: ${"x".repeat(117)}`);
    expect(second).toBe(`a: ${"x".repeat(116)}…`);
  });

  it.each([10, 33, 34, 35, 40, 1000])(
    "of %i findings have at most 4096 characters in all, and say how many are left out",
    (count) => {
      const warnings = warningsOf(Array.from({ length: count }, () => finding("ü".repeat(200))));

      expect(warnings.join("").length).toBeLessThanOrEqual(4096);
      for (const warning of warnings) expect(Array.from(warning).length).toBeLessThanOrEqual(120);
      const left = /^and (\d+) more findings/.exec(warnings.at(-1) ?? "")?.[1];
      const shown = left === undefined ? warnings.length : warnings.length - 1;
      expect(shown + Number(left ?? 0)).toBe(count);
    },
  );

  it("tell the gravest first", () => {
    const findings = [
      finding("note", "volume-shared"),
      finding("mended", "toleration-seconds-dropped"),
      finding("refused"),
      finding("malformed", "malformed-value"),
    ];

    expect(warningsOf(findings)).toEqual(["a: malformed", "a: refused", "a: mended", "a: note"]);
  });

  it("keep a character whole where they are cut", () => {
    const [warning] = warningsOf([finding("😀".repeat(100))]);

    expect(warning).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it("are none for no findings", () => {
    expect(warningsOf([])).toEqual([]);
  });
});
