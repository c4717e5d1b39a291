import { describe, expect, it } from "vitest";

import { createTrail, type Trail } from "#src/audit/trail.ts";
import { type TrailEntry } from "#src/audit/trail-entry.ts";

const entry = (uid: string, changes: Partial<TrailEntry> = {}): TrailEntry => ({
  time: "2027-01-01T00:00:00.000Z",
  uid,
  namespace: "ci",
  pod: "build",
  user: "agent",
  occasion: "create",
  outcome: "decided",
  policies: ["acme"],
  digest: "d",
  changes: [],
  findings: [],
  ...changes,
});

interface Read {
  readonly entries: readonly TrailEntry[];
  readonly found: number;
  readonly kept: number;
  readonly forgotten: number;
}
const read = (trail: Trail, ...query: Parameters<Trail["read"]>): Read =>
  JSON.parse(trail.read(...query)) as Read;
const uids = ({ entries }: Read): string[] => entries.map(({ uid }) => uid);

describe("the trail", () => {
  it("has every decision whole, the last one first", () => {
    const trail = createTrail();
    expect(read(trail)).toEqual({ entries: [], found: 0, kept: 0, forgotten: 0 });

    trail.add(entry("u1"));
    trail.add(entry("u2", { outcome: "refused" }));

    const entries = [entry("u2", { outcome: "refused" }), entry("u1")];
    expect(read(trail)).toEqual({ entries, found: 2, kept: 2, forgotten: 0 });
  });

  it("is searched by policy, enforced or audited, by namespace and by outcome", () => {
    const trail = createTrail();
    const audited = {
      outcome: "refused",
      policies: ["new"],
      digest: "n",
      changes: [],
      findings: [],
    } as const;
    trail.add(entry("u1", { audited }));
    trail.add(entry("u2", { namespace: "prod" }));
    trail.add(entry("u3", { outcome: "malformed", policies: [] }));

    expect(uids(read(trail, { policy: "new" }))).toEqual(["u1"]);
    expect(uids(read(trail, { policy: "acme" }))).toEqual(["u2", "u1"]);
    expect(uids(read(trail, { namespace: "prod" }))).toEqual(["u2"]);
    expect(uids(read(trail, { outcome: "malformed" }))).toEqual(["u3"]);
    expect(uids(read(trail, { policy: "acme", outcome: "malformed" }))).toEqual([]);
    expect(read(trail, { limit: 1 })).toMatchObject({ found: 3, entries: [{ uid: "u3" }] });
  });

  it("forgets the oldest beyond so many entries and so many characters", () => {
    const [few, short] = [
      createTrail({ entries: 3, characters: 1_000_000 }),
      createTrail({ entries: 1000, characters: 1000 }),
    ];

    for (let count = 0; count < 10; count += 1) {
      few.add(entry(`u${count}`));
      short.add(entry(`u${count}`));
    }

    expect(read(few)).toMatchObject({ found: 3, forgotten: 7 });
    expect(uids(read(few))).toEqual(["u9", "u8", "u7"]);
    const { kept, forgotten } = read(short);
    expect(short.read().length).toBeLessThan(1100);
    expect([kept > 0, kept + forgotten]).toEqual([true, 10]);
  });
});
