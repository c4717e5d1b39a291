import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";
import { dnsLabelFrom, isDnsLabel, isLabelValue } from "#src/kubernetes/names.ts";
import { runs } from "#test/runs.ts";

const ids = fc.oneof(fc.string(), fc.string({ unit: "grapheme", maxLength: 300 }), fc.uuid());

describe("the name of a workspace", () => {
  it.each([
    { id: "4711", name: "podpecker-4711-de650d61f5bd166a" },
    { id: "A_b", name: "podpecker-a-b-08eb65adb1a856b8" },
    { id: "a-b", name: "podpecker-a-b-d44362d67d921091" },
    {
      id: "0b4a3d2c-6f1e-4c59-8a1d-3f0a5b6c7d8e",
      name: "podpecker-0b4a3d2c-6f1e-4c59-8a1d-3f0a5b6c7d8e-eefdb8fd12075dc7",
    },
    { id: "Ünïcode/…", name: "podpecker-n-code-8cb6204bc5579a6e" },
    { id: "…", name: "podpecker-x-b4935894c8ce16bd" },
  ])("of $id is $name", ({ id, name }) => {
    expect(workspaceClaimName(id)).toBe(name);
  });

  it("is a DNS label and the value of a label, whatever the id", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const name = workspaceClaimName(id);

        expect(isDnsLabel(name) && isLabelValue(name)).toBe(true);
        // It may name a volume as it stands.
        expect(dnsLabelFrom(name)).toBe(name);
      }),
      { numRuns: runs(500) },
    );
  });

  it("is never that of another id, nor one of the agent's own", () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        fc.pre(one !== other);

        expect(workspaceClaimName(one)).not.toBe(workspaceClaimName(other));
        expect(workspaceClaimName(one).startsWith("wp-")).toBe(false);
      }),
      { numRuns: runs(500) },
    );
  });
});
