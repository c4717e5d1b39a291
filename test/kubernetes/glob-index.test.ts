import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { matchesGlob } from "#src/kubernetes/glob.ts";
import { createGlobIndex, type Handle, handlesOf } from "#src/kubernetes/glob-index.ts";

function find(handles: readonly Handle[], text: string): Set<string> {
  const index = createGlobIndex<string>();
  for (const handle of handles) index.file(handle, `${handle.part} ${handle.literal}`);
  const found = new Set<string>();
  index.find(text, found);
  return found;
}

describe("handlesOf", () => {
  it.each([
    { pattern: "acme", handles: ["whole acme"] },
    { pattern: "", handles: ["whole "] },
    { pattern: "acme-*", handles: ["start acme-", "end "] },
    { pattern: "*-web", handles: ["start ", "end -web"] },
    { pattern: "a*b*c", handles: ["start a", "end c"] },
    { pattern: "*", handles: ["start ", "end "] },
  ])("of $pattern are $handles", ({ pattern, handles }) => {
    expect(handlesOf(pattern).map(({ part, literal }) => `${part} ${literal}`)).toEqual(handles);
  });

  const pattern = fc.stringMatching(/^[ab*]{0,6}$/);
  it.prop([pattern, fc.stringMatching(/^[ab]{0,6}$/)], { numRuns: 1000 })(
    "fit every text that the pattern covers",
    (glob, text) => {
      const handles = handlesOf(glob);

      fc.pre(matchesGlob(glob, text));

      expect(find(handles, text).size).toBe(handles.length);
    },
  );
});

describe("createGlobIndex", () => {
  const handles: Handle[] = [
    { part: "whole", literal: "acme-web" },
    { part: "start", literal: "acme-" },
    { part: "start", literal: "" },
    { part: "end", literal: "-web" },
    { part: "end", literal: "acme-web-and-more" },
  ];

  it.each([
    { text: "acme-web", found: ["whole acme-web", "start acme-", "start ", "end -web"] },
    { text: "acme-", found: ["start acme-", "start "] },
    { text: "acme", found: ["start "] },
    { text: "", found: ["start "] },
  ])("finds by $text: $found", ({ text, found }) => {
    expect([...find(handles, text)]).toEqual(found);
  });

  it("knows no item that nobody filed, whatever objects inherit", () => {
    expect([...find([], "constructor")]).toEqual([]);
  });
});
