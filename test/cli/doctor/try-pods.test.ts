import { describe, expect, it } from "vitest";

import { connectCluster } from "#src/adapters/cluster/connect-cluster.ts";
import { type Trial } from "#src/cli/doctor/cluster-view.ts";
import { tryPods } from "#src/cli/doctor/try-pods.ts";
import { status } from "#test/adapters/cluster/connected.ts";
import { healthyView, namespace, read } from "./healthy-view.ts";
import { type Answer, installedCluster } from "./installed-cluster.ts";

const PODS = "POST /api/v1/namespaces/ci-a/pods";

const optionsOf = (pod: unknown): string | undefined =>
  (pod as { metadata: { annotations: Record<string, string> } }).metadata.annotations[
    "podpecker.dev/backend-options"
  ];

async function trying(otherwise: Readonly<Record<string, Answer>> = {}) {
  const { file, asked } = await installedCluster(otherwise);
  const cluster = await connectCluster({ kubeconfig: file });
  const run = (wished?: string): Promise<Trial | undefined> => tryPods(cluster, healthyView(), wished);
  return { run, asked, cluster };
}

describe("tryPods", () => {
  it("tries one Pod where that one shows that Podpecker was called", async () => {
    const { run, asked } = await trying();

    const trial = await run();

    expect(trial).toMatchObject({
      namespace: "ci-a",
      plain: { object: { metadata: { labels: { ci: "woodpecker" } } }, warnings: [] },
      probe: undefined,
    });
    expect(asked.map(({ asked: what, query, body }) => [what, query, optionsOf(body)])).toEqual([
      [PODS, { dryRun: "All" }, "{}"],
    ]);
  });

  it("tries one with an option that nobody knows where the first one shows nothing", async () => {
    const { run, asked } = await trying({
      [PODS]: ({ body, reply }) => {
        const warning = '299 - "doctor: \\"true\\" is not known here; known are labels, annotations"';
        const named = { ...(body as object), metadata: { name: "a" } };
        reply(201, named, optionsOf(body) === "{}" ? {} : { Warning: ['299 - "other"', warning] });
      },
    });

    const trial = await run();

    expect(trial?.plain).toMatchObject({ warnings: [] });
    expect(trial?.probe).toMatchObject({
      warnings: ["other", 'doctor: "true" is not known here; known are labels, annotations'],
    });
    expect(asked.map(({ body }) => optionsOf(body))).toEqual(["{}", "doctor: true"]);
  });

  it.each<{ about: string; answer: Answer; plain: unknown }>([
    {
      about: "that is refused",
      answer: ({ reply }) => {
        reply(403, status(403, "no", "Forbidden"));
      },
      plain: { status: { code: 403, message: "no" } },
    },
    {
      about: "that is refused without a word",
      answer: ({ reply }) => {
        reply(500, { kind: "Status" });
      },
      plain: { status: { code: 0, message: "no reason is given" } },
    },
    {
      about: "that gets no answer",
      answer: ({ cut }) => {
        cut();
      },
      plain: { status: { code: 0, message: expect.stringContaining("cannot be reached") as string } },
    },
  ])("tries no second Pod after one $about", async ({ answer, plain }) => {
    const { run, asked } = await trying({ [PODS]: answer });

    expect(await run()).toEqual({ namespace: "ci-a", plain, probe: undefined });
    expect(asked).toHaveLength(1);
  });

  it("tries where it is wished", async () => {
    const { run, asked } = await trying();

    await run("other");

    expect(asked.map(({ asked: what }) => what)).toEqual(["POST /api/v1/namespaces/other/pods"]);
  });

  it("tries nothing without a namespace", async () => {
    const { cluster, asked } = await trying();

    expect(await tryPods(cluster, healthyView({ namespaces: read([namespace("a")]) }), undefined)).toBe(
      undefined,
    );
    expect(asked).toEqual([]);
  });
});
