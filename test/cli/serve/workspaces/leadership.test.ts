import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type StoredLease } from "#src/adapters/cluster/leases.ts";
import { ClusterError } from "#src/adapters/cluster/cluster-error.ts";
import { type Leadership, type LeaseKeeping, seekLeadership } from "#src/cli/serve/workspaces/leadership.ts";
import { createFakeClock, type FakeClock } from "#test/cli/serve/fake-clock.ts";
import { runs } from "#test/runs.ts";

const START = Date.parse("2026-01-02T03:04:05Z");
const SECOND = 1_000;

/** A Lease that is written by its version only, and an API server that may be away for one of the replicas. */
function createLease() {
  let versions = 0;
  let lease: StoredLease | undefined;
  const away = new Set<string>();
  const keepingFor = (who: string): LeaseKeeping => ({
    read: async () => {
      await Promise.resolve();
      if (away.has(who)) throw new ClusterError("away");
      return lease;
    },
    write: async (before, { holder, seconds, transitions }) => {
      await Promise.resolve();
      if (away.has(who)) throw new ClusterError("away");
      if (before?.version !== lease?.version) return undefined;
      versions += 1;
      const version = String(versions);
      lease = { holder, seconds, transitions, version, object: { metadata: { name: "lease" } } };
      return lease;
    },
  });
  return {
    keepingFor,
    away,
    lease: () => lease,
    remove: (): void => {
      lease = undefined;
    },
  };
}

interface Replica {
  readonly leadership: Leadership;
  readonly told: string[];
}

function start(kept: ReturnType<typeof createLease>, clock: FakeClock, identity: string): Replica {
  const told: string[] = [];
  const leadership = seekLeadership({
    keeping: kept.keepingFor(identity),
    identity,
    clock,
    observer: {
      onGained: () => told.push("gained"),
      onLost: () => told.push("lost"),
      onProblem: (error) => told.push(String(error)),
    },
  });
  return { leadership, told };
}

const mayAct = ({ leadership }: Replica): boolean => leadership.mandate() !== undefined;
const idle = Promise.resolve();

describe("the Lease", () => {
  it("is one replica's, and the other's at once when that one stops", async () => {
    const clock = createFakeClock(START);
    const kept = createLease();
    const [one, other] = [start(kept, clock, "one"), start(kept, clock, "other")];
    await clock.advance(60 * SECOND);

    expect([one, other].map(mayAct)).toEqual([true, false]);
    const mandate = one.leadership.mandate();
    await one.leadership.close(idle);
    expect(mandate?.aborted).toBe(true);
    expect(kept.lease()?.holder).toBe("");
    await clock.advance(5 * SECOND);

    expect([one, other].map(mayAct)).toEqual([false, true]);
    expect(kept.lease()).toMatchObject({ holder: "other", transitions: 1 });
  });

  it("is given back only when that is idle which acted", async () => {
    const clock = createFakeClock(START);
    const kept = createLease();
    const one = start(kept, clock, "one");
    await clock.advance(SECOND);
    let end = (): void => undefined;
    const busy = new Promise<void>((resolve) => {
      end = resolve;
    });

    const closing = one.leadership.close(busy);
    await clock.rest(0);
    expect(kept.lease()?.holder).toBe("one");
    end();
    await closing;

    expect(kept.lease()?.holder).toBe("");
  });

  it("is lost by who cannot renew it, before another one takes it", async () => {
    const clock = createFakeClock(START);
    const kept = createLease();
    const [one, other] = [start(kept, clock, "one"), start(kept, clock, "other")];
    await clock.advance(SECOND);

    kept.away.add("one");
    await clock.advance(11 * SECOND);
    expect([one, other].map(mayAct)).toEqual([false, false]);
    await clock.advance(10 * SECOND);

    expect([one, other].map(mayAct)).toEqual([false, true]);
    expect(one.told.filter((what) => !what.includes("away"))).toEqual(["gained", "lost"]);
  });

  it("that somebody deletes is taken by another one only when its holder must know", async () => {
    const clock = createFakeClock(START);
    const kept = createLease();
    const [one, other] = [start(kept, clock, "one"), start(kept, clock, "other")];
    await clock.advance(20 * SECOND);

    kept.remove();
    let both = 0;
    for (let step = 0; step < 60; step += 1) {
      await clock.advance(SECOND / 2);
      if (mayAct(one) && mayAct(other)) both += 1;
    }

    expect(both).toBe(0);
    expect([one, other].some(mayAct)).toBe(true);
  });

  it("is never acted for by two, whoever is cut off, and for how long", async () => {
    const cut = fc.record({ who: fc.constantFrom("one", "other", "third"), seconds: fc.nat({ max: 30 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 12, size: "max" }), async (cuts) => {
        const clock = createFakeClock(START);
        const kept = createLease();
        const replicas = ["one", "other", "third"].map((who) => start(kept, clock, who));
        for (const { who, seconds } of cuts) {
          if (!kept.away.delete(who)) kept.away.add(who);
          for (let step = 0; step < seconds; step += 1) {
            await clock.advance(SECOND);
            expect(replicas.filter(mayAct).length).toBeLessThan(2);
          }
        }
        kept.away.clear();
        await clock.advance(40 * SECOND);

        expect(replicas.filter(mayAct)).toHaveLength(1);
      }),
      { numRuns: runs(30) },
    );
  });
});
