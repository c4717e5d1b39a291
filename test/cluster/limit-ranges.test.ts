import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Pod } from "#src/kubernetes/pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { boundCase, breachesOf, isPossible, limitsOf, sectionOf } from "./bound-cases.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { until } from "./control-plane/until.ts";
import { createPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";

// The plugin LimitRanger puts in what is missing before the webhook, and holds the Pod to its bounds after it.
const plane = sharedPlane();
const podpecker = installed(plane);

const limitRange = (namespace: string, limits: readonly object[]): object => ({
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "limits", namespace },
  spec: { limits },
});

const RUNS = 12;

const memoryAtMost = (memory: string): object[] => [{ type: "Container", max: { memory } }];

/** What a step gets that asks for 8Gi of memory; nothing where it is refused. */
async function givenMemory(namespace: string): Promise<unknown> {
  const pod = stepPod(namespace, { options: { resources: { limits: { memory: "8Gi" } } } });
  const { status, body } = await createPod(plane, pod, { isDryRun: true });
  return status === 201 ? Pod.parse(body).spec.containers[0]?.resources?.limits?.["memory"] : undefined;
}

const untilGiven = (namespace: string, memory: string): Promise<unknown> =>
  until(`a step gets ${memory}`, async () => (await givenMemory(namespace)) === memory || undefined);

describe("a LimitRange beside the bounds of a policy", () => {
  it("counts at once, and so does its change and its end", async () => {
    const namespace = await stepNamespace(podpecker(), {
      policy: { resources: { max: { memory: "4Gi" } } },
    });
    expect(await givenMemory(namespace)).toBe("4Gi");

    await applyForTest(plane, limitRange(namespace, memoryAtMost("2Gi")));
    await untilGiven(namespace, "2Gi");
    await applyForTest(plane, limitRange(namespace, memoryAtMost("1Gi")));
    await untilGiven(namespace, "1Gi");
    await kubectl(plane, ["delete", "limitrange", "limits", `--namespace=${namespace}`]);
    await untilGiven(namespace, "4Gi");
  });

  it("caps a resource class, too", async () => {
    const classes = { large: { limits: { memory: "8Gi" } } };
    const policy = { resources: { max: { memory: "4Gi" }, classes } };
    const namespace = await stepNamespace(podpecker(), { policy });
    await applyForTest(plane, limitRange(namespace, memoryAtMost("2Gi")));
    await untilKnown();

    const { status, body } = await createPod(
      plane,
      stepPod(namespace, { options: { resourceClass: "large" } }),
      {
        isDryRun: true,
      },
    );

    expect(status).toBe(201);
    expect(Pod.parse(body).spec.containers[0]?.resources?.limits).toEqual({ memory: "2Gi" });
  });

  it.each([
    { about: "the least of a policy", policy: { min: { memory: "2Gi" } }, limits: memoryAtMost("1Gi") },
    {
      about: "the most of a policy",
      policy: { max: { memory: "1Gi" } },
      limits: [{ type: "Container", min: { memory: "2Gi" } }],
    },
  ])("keeps a Pod away that cannot meet both, and names both: $about", async ({ policy, limits }) => {
    const namespace = await stepNamespace(podpecker(), { policy: { resources: policy } });
    await applyForTest(plane, limitRange(namespace, limits));
    await untilKnown();

    const { status, message } = await answerTo(
      stepPod(namespace, { options: { resources: { limits: { memory: "8Gi" } } } }),
    );

    expect(status).toBe(403);
    expect(message).toContain(`podpecker/${namespace}#/resources/${Object.keys(policy).join("")}/memory`);
    expect(message).toContain("limitrange/limits#/spec/limits/0/");
  });

  it.each(fc.sample(boundCase, { numRuns: RUNS, seed: 1127 }).map((one, index) => ({ index, one })))(
    "keeps no Pod away that can meet both: case $index",
    async ({ one }) => {
      const namespace = await stepNamespace(podpecker(), { policy: { resources: sectionOf(one) } });
      await applyForTest(plane, limitRange(namespace, limitsOf(one)));
      await untilKnown();

      for (const pod of one.pods) {
        const { status, message, body } = await answerTo(
          stepPod(namespace, { options: { resources: pod.asked }, spec: containersOf(pod) }),
        );

        const shown = { laws: one.laws, pod, message };
        if (isPossible(one, pod)) expect({ ...shown, status }).toEqual({ ...shown, status: 201 });
        if (status === 201)
          expect({ ...shown, breaches: breachesOf(one, Pod.parse(body)) }).toEqual({
            ...shown,
            breaches: [],
          });
        else
          expect(message).toMatch(
            /podpecker: .*limitrange\/limits#.*#\/resources\/|#\/resources\/.*limitrange\/limits#/s,
          );
      }
    },
  );
});

function containersOf({ beside, before }: { beside: readonly object[]; before: readonly object[] }): object {
  const named = (prefix: string, all: readonly object[]): object[] =>
    all.map((resources, index) => ({ name: `${prefix}${index}`, image: "alpine:3.22", resources }));
  const step = { name: "wp-step", image: "alpine:3.22" };
  return { containers: [step, ...named("beside", beside)], initContainers: named("before", before) };
}

async function answerTo(pod: StepPod): Promise<{ status: number; message: string; body: unknown }> {
  const { status, body } = await createPod(plane, pod, { isDryRun: true });
  return { status, message: (body as { message?: string }).message ?? "", body };
}

// Amounts that stay as they are written: 1024Mi would be 1Gi.
let marks = 1100;

/** Waits until everybody knows of every LimitRange that was written before: each follows them in their order. */
async function untilKnown(): Promise<void> {
  const namespace = await stepNamespace(podpecker(), { policy: { resources: { max: { memory: "4Gi" } } } });
  marks += 1;
  const memory = `${marks}Mi`;
  await applyForTest(plane, limitRange(namespace, memoryAtMost(memory)));
  await untilGiven(namespace, memory);
}
