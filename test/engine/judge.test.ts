import { describe, expect, it } from "vitest";

import { type Judge, judgeByAll, type RuledJudgement } from "#src/engine/judge.ts";
import { type Narrowing } from "#src/engine/policy.ts";
import { type Scene } from "#src/engine/scene.ts";

/** What several judges of one asking grant together: each gate is what it grants, and what it refuses. */
function judged(
  ...gates: readonly { readonly granted?: unknown; readonly refused?: readonly string[] }[]
): RuledJudgement<unknown> {
  const [own, ...others] = gates.map((fromStep, index): Narrowing => ({
    sections: { thing: { fromStep } },
    ruleAt: (path) => `gate-${index}#/${path.join("/")}`,
  }));
  const scene = { policy: { ...own, narrowings: others } } as unknown as Scene;
  const judge: Judge<unknown, (typeof gates)[number], unknown> = (_, gate) => ({
    granted: gate?.granted,
    refusals: (gate?.refused ?? []).map((name) => ({ code: "not-granted", path: [name], message: "no" })),
  });
  return judgeByAll(judge, {}, { id: "thing", scene });
}

describe("what is asked is granted as far as all gates grant it:", () => {
  it.each([
    { about: "by one", gates: [{ a: 1 }], granted: { a: 1 } },
    { about: "a whole", gates: ["a", "a"], granted: "a" },
    { about: "a whole or nothing", gates: ["a", undefined], granted: undefined },
    { about: "nothing that they see otherwise", gates: ["a", "b"], granted: undefined },
    {
      about: "items of lists",
      gates: [
        ["a", { b: 1 }, "c"],
        [{ b: 1 }, "c"],
      ],
      granted: [{ b: 1 }, "c"],
    },
    { about: "keys of maps", gates: [{ a: 1, b: { c: 1 } }, { b: { c: 1 } }], granted: { b: { c: 1 } } },
    {
      about: "no key of which one grants less",
      gates: [
        { a: 1, b: { c: 1, d: 2 } },
        { a: 1, b: { c: 1 } },
      ],
      granted: { a: 1 },
    },
    { about: "a map beside a list", gates: [{ 0: "a" }, ["a"]], granted: undefined },
  ])("$about", ({ gates, granted }) => {
    expect(judged(...gates.map((one) => ({ granted: one }))).granted).toEqual(granted);
    expect(judged(...gates.map((one) => ({ granted: one })).reverse()).granted).toEqual(granted);
  });
});

describe("what is refused", () => {
  it("is told once, by the rule of the first who refuses it", () => {
    expect(judged({ refused: ["a"] }, { refused: ["b", "a"] }).refusals).toEqual([
      { code: "not-granted", path: ["a"], message: "no", rule: "gate-0#/thing/fromStep" },
      { code: "not-granted", path: ["b"], message: "no", rule: "gate-1#/thing/fromStep" },
    ]);
  });
});
