import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { Comparison } from "#src/audit/comparison.ts";
import { collectComparison } from "#src/audit/collect-comparison.ts";
import { layers, options, pod as anyPod } from "#test/engine/arbitrary.ts";
import { decideStep, policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

type Question = Omit<Parameters<typeof decideStep>[0], "policy">;

/** What the two policies do differently to these Pods, called `ci/0` and so on. */
function compare(older: object, newer: object, pods: readonly Question[] = [{}]): Comparison {
  const collector = collectComparison({ now: NOW, examples: 2 });
  for (const [index, pod] of pods.entries())
    collector.add(`ci/${index}`, {
      older: decideStep({ ...pod, policy: older }),
      newer: decideStep({ ...pod, policy: newer }),
    });
  return collector.comparison();
}

describe("a comparison", () => {
  it("tells once what many Pods have in common, with both values and rules", () => {
    const older = { labels: { set: { ci: "a" } } };

    const { pods, differences } = compare(older, { labels: { set: { ci: "b" } } }, [{}, {}, {}]);

    expect(pods).toMatchObject({ compared: 3, same: 0, different: 3, kinds: { field: 3 } });
    expect(differences).toEqual([
      {
        kind: "field",
        field: "metadata.labels.ci",
        old: { value: "a", rule: "policy-0#/labels/set/ci" },
        new: { value: "b", rule: "policy-0#/labels/set/ci" },
        pods: 3,
        examples: ["ci/0", "ci/1"],
      },
    ]);
  });

  it("is empty where the same is written by another rule", () => {
    const { pods, differences } = compare(
      { labels: { set: { ci: "a" } } },
      { labels: { default: { ci: "a" } } },
    );

    expect(pods).toMatchObject({ same: 1, different: 0 });
    expect(differences).toEqual([]);
  });

  it.each([
    ["newly-denied", { onRefusal: "deny" }, "no-longer-denied"],
    ["newly-refused", { runtimeClassName: { fromStep: false } }, "no-longer-refused"],
    ["newly-clamped", { resources: { max: { memory: "1Gi" } } }, "no-longer-clamped"],
  ])("says what is %s, and the other way round", (kind, change, reverse) => {
    const asks = {
      options: {
        runtimeClassName: "gvisor",
        resources: { limits: { memory: "2Gi" } },
        ...(kind === "newly-denied" ? { serviceAccountName: "root" } : {}),
      },
    };

    expect(compare({}, change, [asks]).differences[0]).toMatchObject({
      kind,
      pods: 1,
      says: expect.any(String) as string,
    });
    expect(compare(change, {}, [asks]).pods.kinds).toMatchObject({ [reverse]: 1 });
  });

  it("holds items of lists to be the same by name, wherever they stand", () => {
    const older = { env: { set: { A: "1", B: "2" } } };

    const { differences } = compare(older, { env: { set: { B: "2" } } });

    expect(differences.map(({ field, old: before, new: after }) => [field, before, after])).toEqual([
      [
        "spec.containers[].env.A",
        // A variable may be a secret.
        { value: { name: "A", value: "(hidden)" }, rule: "policy-0#/env/set/A" },
        {},
      ],
    ]);
  });

  it("goes on with fields alone where there are too many values", () => {
    const collector = collectComparison({ now: NOW, examples: 1 });
    const decision = decideStep({});
    const labelled = (value: string): typeof decision => ({
      ...decision,
      pod: { ...decision.pod, metadata: { ...decision.pod.metadata, labels: { build: value } } },
    });
    for (let index = 0; index < 5_100; index += 1)
      collector.add(`ci/${index}`, { older: decision, newer: labelled(String(index)) });

    const { differences } = collector.comparison();

    expect(differences).toHaveLength(5_001);
    expect(differences[0]).toMatchObject({ field: "metadata.labels.build", old: {}, new: {}, pods: 100 });
  });
});

it("is bounded where steps choose the fields, too", () => {
  const collector = collectComparison({ now: NOW, examples: 1 });
  const decision = decideStep({});
  const labelled = (key: string): typeof decision => ({
    ...decision,
    pod: { ...decision.pod, metadata: { ...decision.pod.metadata, labels: { [key]: "a" } } },
  });
  for (let index = 0; index < 12_000; index += 1)
    collector.add(`ci/${index}`, { older: decision, newer: labelled(`k${index}`) });

  const { differences, pods } = collector.comparison();

  expect(pods).toMatchObject({ compared: 12_000, different: 12_000 });
  expect(differences).toHaveLength(10_001);
  expect(differences[0]).toMatchObject({ field: "others", pods: 2_000 });
});

describe("whatever policies and Pods there are", () => {
  const cases = fc.record({ older: layers, newer: layers, pod: anyPod, asked: options });

  test.prop([cases], { numRuns: runs(200) })(
    "policies differ in nothing from themselves, and a comparison fits its schema",
    ({ older, newer, pod, asked }) => {
      const subject = withText(pod, JSON.stringify(asked));
      const [first, second] = [older, newer].map((documents) =>
        decide(subject, { namespace: "ci", now: NOW }, policiesOf(documents)),
      );
      if (first === undefined || second === undefined) throw new Error("two decisions");
      const same = collectComparison({ now: NOW, examples: 1 });
      const other = collectComparison({ now: NOW, examples: 1 });

      same.add("ci/a", { older: first, newer: first });
      other.add("ci/a", { older: first, newer: second });

      expect(same.comparison().differences).toEqual([]);
      const comparison = other.comparison();
      expect(Comparison.parse(comparison)).toEqual(comparison);
      expect(comparison.pods.same + comparison.pods.different).toBe(1);
    },
  );
});
