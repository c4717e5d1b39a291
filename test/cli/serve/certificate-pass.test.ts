import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createCertificatePass } from "#src/cli/serve/certificate-pass.ts";
import { InputError } from "#src/cli/input-error.ts";
import { createLaws } from "#test/cli/serve/certificate-laws.ts";
import { type CertificateWorld, createCertificateWorld, terms } from "#test/cli/serve/certificate-world.ts";
import { happening, type Title } from "#test/cli/serve/happening.ts";
import { splitBundle, trusts } from "#test/cli/serve/trust.ts";

const MINUTE = 60_000;

describe("replicas that keep a certificate together", () => {
  it("serve only what every API server trusts, and come to rest, whatever happens in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80 }), async (events) => {
        const world = createCertificateWorld();
        const play = createLaws(world);
        for (const event of events) await play(event);

        await comeToRest(world);

        assertAtRest(world);
      }),
      // To make a counterexample small takes longer than a test may.
      { numRuns: 40, endOnFailure: true },
    );
  });

  it("make one pair when all of them begin at once, and serve that", async () => {
    const world = createCertificateWorld();
    const { cluster, replicas } = world;

    for (let round = 0; round < 6; round += 1) for (const replica of replicas) await replica.step(0);
    const made = cluster.stored()?.content["tls.crt"];
    await comeToRest(world);

    expect(replicas.map(({ serving }) => serving())).toEqual(replicas.map(() => made));
    expect(splitBundle(cluster.stored()?.content["ca.crt"] ?? "")).toHaveLength(1);
    assertAtRest(world);
  });

  it("renew it at two thirds of its life: first trusted, then served, the old one trusted to its end", async () => {
    const { cluster, replicas, happen, now } = await worldAtRest();
    const begin = now();
    const first = cluster.stored()?.content["tls.crt"] ?? "";
    const bundles = () => cluster.existing().flatMap((configuration) => configuration.bundles);
    const seen: string[] = [];

    while (now() < begin + 70 * MINUTE) {
      for (const replica of replicas) await replica.finish();
      const served = replicas.map(({ serving }) => (serving() === first ? "old" : "new"));
      const trusted = bundles().map((bundle) => splitBundle(bundle).length);
      const line = `${[...new Set(served)].join()} served, ${[...new Set(trusted)].join()} trusted`;
      if (seen.at(-1)?.endsWith(` min: ${line}`) !== true)
        seen.push(`${(now() - begin) / MINUTE} min: ${line}`);
      await happen({ what: "time", ms: 2.5 * MINUTE });
    }

    expect(seen).toEqual([
      "0 min: old served, 1 trusted",
      "40 min: old served, 2 trusted",
      "45 min: old,new served, 2 trusted",
      "47.5 min: new served, 2 trusted",
      "65 min: new served, 1 trusted",
    ]);
  });

  it("never undo what one of them did that saw more", async () => {
    const { cluster, replicas, happen } = await worldAtRest();
    const [slow, quick] = replicas;
    await happen({ what: "time", ms: 39 * MINUTE });
    await happen({ what: "empty", title: "mutating" });
    // It has read both, and is about to write the one CA that it knows of.
    for (let calls = 0; calls < 5; calls += 1) await slow?.step(0);
    await happen({ what: "time", ms: 5 * MINUTE });
    await quick?.finish();
    await quick?.finish();
    const before = cluster.existing();

    await slow?.finish();

    expect(cluster.existing()).toEqual(before);
    expect(before.flatMap(({ bundles }) => bundles.map((bundle) => splitBundle(bundle).length))).toEqual([
      2, 2, 2,
    ]);
  });

  it.each([
    { away: "the Secret", write: "update" as const },
    { away: "a configuration", write: "setBundles" as const },
  ])("do what they can when $away cannot be written", async ({ write }) => {
    const { cluster, happen, now } = await worldAtRest();
    await happen({ what: "time", ms: 41 * MINUTE });
    await happen({ what: "empty", title: "mutating" });
    const refuse = (): Promise<never> => Promise.reject(new InputError(["forbidden"]));
    const pass = createCertificatePass({
      secret: { ...cluster.secret, ...(write === "update" ? { update: refuse } : {}) },
      configurations: {
        ...cluster.configurations,
        ...(write === "setBundles" ? { setBundles: refuse } : {}),
      },
      terms,
      clock: { now, steady: now, after: () => ({ cancel: () => undefined }) },
      onRead: () => Promise.resolve(),
    });

    await expect(pass()).rejects.toThrow("forbidden");

    const isIssued = cluster.stored()?.content["next.crt"] !== undefined;
    const isPatched = cluster.existing().every(({ bundles }) => bundles.every((bundle) => bundle !== ""));
    expect({ isIssued, isPatched }).toEqual({ isIssued: write !== "update", isPatched: write === "update" });
  });
});

async function worldAtRest(): Promise<CertificateWorld> {
  const world = createCertificateWorld();
  await comeToRest(world);
  return world;
}

/** Lets all replicas work without a mishap until none of them has anything to do soon. */
async function comeToRest(world: CertificateWorld): Promise<void> {
  for (const title of ["mutating", "validating"] satisfies Title[])
    if (!world.cluster.existing().some((one) => one.title === title))
      await world.happen({ what: "empty", title });
  // Some are in the middle of a pass, which knows nothing of what happened since it began.
  for (const replica of world.replicas) await replica.finish();
  for (let round = 0; round < 20; round += 1) {
    const outcomes = [];
    for (const replica of world.replicas) outcomes.push(await replica.finish());
    if (outcomes.every((outcome) => outcome?.was === "calm" && outcome.restMs > terms.settleMs)) return;
    if (round > 2) await world.happen({ what: "time", ms: terms.settleMs / 2 });
  }
  expect.unreachable("the replicas do not come to rest");
}

function assertAtRest({ cluster, replicas, now }: CertificateWorld): void {
  const current = cluster.stored()?.content["tls.crt"] ?? "";
  expect(replicas.map(({ serving }) => serving())).toEqual(replicas.map(() => current));
  const bundles = cluster.existing().flatMap((configuration) => configuration.bundles);
  expect(bundles.filter((bundle) => !trusts(bundle, current, now()))).toEqual([]);
}
