import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { readDocument } from "#src/text/document.ts";
import { type Path } from "#src/text/path.ts";
import { writeOptions } from "#src/workflow/options-text.ts";
import { runs } from "#test/runs.ts";

describe("writeOptions", () => {
  it("keeps the digits of numbers, and the quotes of what only looks like one", () => {
    const options = 'resources: {limits: {cpu: 1.10, memory: "1.10"}}\nlabels: {a: "true", b: true, c: 0x1F}';
    const { document } = readDocument(options);

    expect(writeOptions(document?.value).text).toBe(`resources:
  limits:
    cpu: 1.10
    memory: "1.10"
labels:
  a: "true"
  b: true
  c: 0x1F
`);
  });

  it("writes lists of maps, of lists and of nothing", () => {
    const { text } = writeOptions({ a: [{ b: ["c", {}, []], d: null }, [["e"]]] });

    expect(text).toBe(
      `a:
  - b:
      - c
      - {}
      - []
    d: null
  -
    -
      - e
`.replace("  -\n    -\n      - e", "  - - - e"),
    );
  });

  const scalars = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("0", "x", "-", ".", ":", " ", "e", "1", "#", "~", "\n") }),
    fc.constantFrom("true", "Null", "~", ".5", ".inf", "0o7", "1e3", "+1", "<<", "yes", "a: b", "- a", ""),
    fc.boolean(),
    fc.constant(null),
  );
  const keys = fc
    .oneof(fc.string(), fc.constantFrom("kubernetes.io/arch", "true", "1", "a b"))
    .filter((key) => key !== "__proto__");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      scalars,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));

  test.prop([tree], { numRuns: runs(500) })(
    "is read back as what was written, and knows where each part stands",
    (value) => {
      const { text, placeAt } = writeOptions(value);

      const { document, problems } = readDocument(text);

      expect(problems).toEqual([]);
      expect(document?.value).toEqual(value);
      for (const path of pathsOf(value)) {
        const place = placeAt(document?.keyPosition(path) ?? { line: 0, column: 0 });
        if (typeof path.at(-1) === "string") expect(place).toEqual({ path, isKey: true });
        else expect(place).toBeDefined();
      }
    },
  );
});

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, member]) => [[...path, key], ...pathsOf(member, [...path, key])]);
}
