import { setImmediate as turn } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { type PassOutcome, repeatPasses } from "#src/cli/serve/repeat-passes.ts";
import { createFakeClock } from "#test/cli/serve/fake-clock.ts";

const calm: PassOutcome = { was: "calm", restMs: 60_000 };
const busy: PassOutcome = { was: "busy", restMs: 0 };
const failed: PassOutcome = { was: "failed", restMs: 0 };

/** Passes that come to what they are told, one after another, the last of it for ever. */
function start(...outcomes: readonly PassOutcome[]) {
  const clock = createFakeClock(0);
  const begun: number[] = [];
  const passes = repeatPasses(() => {
    begun.push(clock.now());
    return Promise.resolve(outcomes[begun.length - 1] ?? outcomes.at(-1) ?? calm);
  }, clock);
  return { clock, begun, passes };
}

describe("passes", () => {
  it("begin at once, and come again when their rest is over", async () => {
    const { clock, begun } = start(calm);

    await clock.advance(130_000);

    expect(begun).toEqual([0, 60_000, 120_000]);
  });

  it("come every ten minutes at least, since changes may be missed", async () => {
    const { clock, begun } = start({ was: "calm", restMs: Infinity });

    await clock.advance(1_300_000);

    expect(begun).toEqual([0, 600_000, 1_200_000]);
  });

  it("come as soon as they are woken", async () => {
    const { clock, begun, passes } = start(calm);
    await clock.advance(5_000);

    passes.wake();
    passes.wake();
    await clock.advance(0);

    expect(begun).toEqual([0, 5_000]);
  });

  it.each([
    { title: "changed something", outcome: busy },
    { title: "failed", outcome: failed },
  ])("come soon after one that $title, ever later where each of them does", async ({ outcome }) => {
    const { clock, begun } = start(outcome);

    await clock.advance(40_000);

    expect(begun.slice(0, 9)).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_300, 12_700, 22_700]);
    expect(begun.at(-1)).toBe(32_700);
  });

  it("go on quickly after the last one that failed", async () => {
    const { clock, begun } = start(failed, failed, failed, busy, busy, calm);

    await clock.advance(2_000);

    expect(begun).toEqual([0, 100, 300, 700, 800, 1_000]);
  });

  it("are not hurried by whoever undoes what they did", async () => {
    const { clock, begun, passes } = start(busy, busy, busy);
    await clock.advance(350);

    passes.wake();
    await clock.advance(349);

    expect(begun).toEqual([0, 100, 300]);
  });

  it("are as quick as at first when it was calm in between", async () => {
    const { clock, begun, passes } = start(busy, busy, busy, calm, busy, calm);
    await clock.advance(10_000);

    passes.wake();
    await clock.advance(1_000);

    expect(begun).toEqual([0, 100, 300, 700, 10_000, 10_100]);
  });

  it("come again when something changed while one of them ran", async () => {
    const { clock, begun, passes, finish } = await startSlow();

    passes.wake();
    expect(begun).toEqual([0]);
    finish();
    await clock.rest(1);

    expect(clock.nextMs()).toBe(0);
  });

  it("end when they are closed", async () => {
    const { clock, passes } = start(calm);
    await clock.advance(0);

    passes.close();
    passes.wake();

    expect(clock.nextMs()).toBeUndefined();
  });

  it("end with the one that runs when they are closed", async () => {
    const { clock, passes, finish } = await startSlow();

    passes.close();
    finish();
    await turn();

    expect(clock.nextMs()).toBeUndefined();
  });
});

/** A pass that goes on until it is told to finish. */
async function startSlow() {
  const clock = createFakeClock(0);
  const begun: number[] = [];
  let finish = (): void => undefined;
  const passes = repeatPasses(async () => {
    begun.push(clock.now());
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return calm;
  }, clock);
  await clock.fire();
  return {
    clock,
    begun,
    passes,
    finish: () => {
      finish();
    },
  };
}
