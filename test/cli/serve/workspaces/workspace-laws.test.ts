import fc from "fast-check";
import { expect, it } from "vitest";

import { runs } from "#test/runs.ts";
import { type Mishap, TTL_MS, WorkspaceWorld } from "./workspace-world.ts";

type Happening =
  | { readonly what: "create" | "finish"; readonly workflow: number }
  | { readonly what: "advance" | "mark" | "edit" | "remove"; readonly which: number }
  | { readonly what: "time"; readonly ms: number }
  | { readonly what: "lag" | "show" | "die" }
  | { readonly what: "work"; readonly mishaps: readonly Mishap[] };

const one = <What extends string>(what: What) => fc.record({ what: fc.constant(what) });
const mishap = fc.record({
  call: fc.nat({ max: 5 }),
  arrives: fc.boolean(),
  kills: fc.boolean(),
  loses: fc.boolean(),
});

/** Whatever may happen, the usual more often than the unusual. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant("create" as const), workflow: fc.nat({ max: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("finish" as const), workflow: fc.nat({ max: 2 }) }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constant("advance" as const), which: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("mark" as const), which: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("edit" as const), which: fc.nat({ max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("remove" as const), which: fc.nat({ max: 9 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("time" as const),
      ms: fc.constantFrom(1_000, 60_000, TTL_MS / 2, TTL_MS - 1, TTL_MS),
    }),
  },
  { weight: 2, arbitrary: one("lag") },
  { weight: 2, arbitrary: one("show") },
  { weight: 1, arbitrary: one("die") },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("work" as const),
      mishaps: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 2, arbitrary: fc.array(mishap, { minLength: 1, maxLength: 2 }) },
      ),
    }),
  },
);

async function happen(world: WorkspaceWorld, happening: Happening): Promise<void> {
  switch (happening.what) {
    case "create":
    case "finish":
      world[happening.what](happening.workflow);
      return;
    case "advance":
    case "mark":
    case "edit":
    case "remove":
      world[happening.what](happening.which);
      return;
    case "time":
      world.elapse(happening.ms);
      return;
    case "show":
    case "die":
      world[happening.what]();
      return;
    case "lag":
      return;
    case "work":
      await world.work(happening.mishaps);
  }
}

it("whatever befalls Pods and controller, no claim is removed early, and none is left in the end", async () => {
  let removals = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60, size: "max" }), async (happenings) => {
      const world = new WorkspaceWorld();
      let isLagging = false;
      for (const one of happenings) {
        if (one.what === "lag") isLagging = !isLagging;
        await happen(world, one);
        if (isLagging) continue;
        world.show();
        await world.work();
      }
      expect(world.wrongs).toEqual([]);
      removals += world.calls.filter((what) => what === "remove").length;

      await world.end();

      expect(world.wrongs).toEqual([]);
    }),
    { numRuns: runs(400) },
  );
  expect(removals).toBeGreaterThan(50);
});

it.each([0, 1, 2, 3].flatMap((call) => [true, false].map((arrives) => ({ call, arrives }))))(
  "the controller may die at call $call of the life of a claim, arrived: $arrives",
  async (mishap) => {
    const world = new WorkspaceWorld();
    world.create(0);
    world.show();
    await world.work([{ ...mishap, kills: true }]);
    world.show();
    await world.work();
    for (let turn = 0; turn < 2; turn += 1) world.advance(0);
    world.show();
    await world.work();
    world.elapse(TTL_MS);
    await world.work([{ ...mishap, call: mishap.call - 1, kills: true }]);

    await world.end();

    expect(world.wrongs).toEqual([]);
  },
);

it("a Pod that came and went while the watch was behind is a sign of life, too", async () => {
  const world = new WorkspaceWorld();
  world.create(0);
  for (let turn = 0; turn < 3; turn += 1) {
    world.show();
    await world.work();
    world.advance(0);
  }
  world.show();
  await world.work();
  world.elapse(TTL_MS);
  world.create(0);
  world.remove(0);
  for (let turn = 0; turn < 2; turn += 1) world.advance(0);

  await world.work();

  expect(world.calls).toEqual(["create", "pods"]);
  await world.end();
  expect(world.wrongs).toEqual([]);
});

it("a thousand workflows at once cost three thousand calls", async () => {
  const world = new WorkspaceWorld();
  for (let workflow = 0; workflow < 1_000; workflow += 1) world.create(workflow);
  for (let turn = 0; turn < 2; turn += 1) {
    world.show();
    await world.work();
    for (let step = 0; step < 1_000; step += 1) world.advance(step);
  }
  world.show();
  await world.work();
  world.elapse(TTL_MS);
  world.show();
  await world.work();

  const count = (what: string): number => world.calls.filter((call) => call === what).length;
  expect([count("create"), count("pods"), count("remove"), world.calls.length]).toEqual([
    1_000, 1_000, 1_000, 3_000,
  ]);
});

it("a workflow costs three calls, however many steps it has", async () => {
  const world = new WorkspaceWorld();
  for (let step = 0; step < 5; step += 1) {
    world.create(0);
    for (let turn = 0; turn < 3; turn += 1) {
      world.show();
      await world.work();
      world.advance(step);
    }
    world.elapse(60_000);
  }
  world.show();
  await world.work();
  world.elapse(TTL_MS);
  await world.work();

  expect(world.calls).toEqual(["create", "pods", "remove"]);
});
