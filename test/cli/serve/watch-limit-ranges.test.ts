import { describe, expect, it, onTestFinished } from "vitest";

import { watchLimitRanges } from "#src/cli/serve/watch-limit-ranges.ts";
import { connected, status } from "#test/adapters/cluster/connected.ts";

const limitRange = (namespace: string, name: string, limits: unknown, resourceVersion = "1"): object => ({
  metadata: { namespace, name, resourceVersion },
  spec: { limits },
});
const container = (cpu: string): object => ({ type: "Container", max: { cpu } });
const listOf = (...items: object[]): object => ({
  apiVersion: "v1",
  kind: "LimitRangeList",
  metadata: { resourceVersion: "100" },
  items,
});

/** Follows the LimitRanges of a fake API server, and keeps what is told. */
async function watching() {
  const { api, cluster } = await connected();
  const told: string[] = [];
  const limitRanges = watchLimitRanges(cluster, {
    clusterProblem: (resource) => (error) => {
      told.push(`${resource}: ${error.message}`);
    },
    defect: ({ error }) => {
      told.push(`defect: ${String(error)}`);
    },
  });
  onTestFinished(limitRanges.close);
  return { api, limitRanges, told };
}

describe("the LimitRanges of a cluster", () => {
  it("are those of all namespaces, each namespace's by name, from the first list on", async () => {
    const { api, limitRanges, told } = await watching();
    expect(limitRanges.missing()).toEqual(["the LimitRanges of the cluster are not read yet"]);

    const list = await api.next();
    list.reply(
      200,
      listOf(
        limitRange("ci", "b", [container("2")]),
        limitRange("other", "c", [container("4")]),
        // What an API server makes of a LimitRange without limits.
        limitRange("ci", "a", null),
      ),
    );
    const watch = await api.next();
    watch.stream();
    await expect.poll(limitRanges.missing).toEqual([]);

    expect(list.asked).toBe("GET /api/v1/limitranges");
    expect(limitRanges.of("ci")?.map(({ metadata, spec }) => [metadata.name, spec.limits])).toEqual([
      ["a", []],
      ["b", [container("2")]],
    ]);
    expect(limitRanges.of("other")).toHaveLength(1);
    expect(limitRanges.of("elsewhere")).toEqual([]);
    expect(told).toEqual([]);
  });

  it("change with the cluster, and what is unreadable hides no other", async () => {
    const { api, limitRanges, told } = await watching();
    const bounds = (): unknown => limitRanges.of("ci")?.map(({ spec }) => spec.limits[0]?.max?.["cpu"]);
    (await api.next()).reply(200, listOf(limitRange("ci", "a", [container("2")])));
    const stream = (await api.next()).stream();

    stream.send({ type: "MODIFIED", object: limitRange("ci", "a", [container("3")], "2") });
    await expect.poll(bounds).toEqual(["3"]);
    stream.send({ type: "ADDED", object: limitRange("ci", "b", [container("4")], "3") });
    stream.send({ type: "ADDED", object: limitRange("ci", "c", "no list", "4") });
    await expect.poll(() => told.length).toBe(1);
    expect(bounds()).toEqual(["3", "4"]);
    stream.send({ type: "DELETED", object: limitRange("ci", "a", [container("3")], "5") });
    await expect.poll(bounds).toEqual(["4"]);

    expect(told).toEqual([expect.stringContaining("limits")]);
  });

  it("stay as they were read where they cannot be watched, and the reason is told", async () => {
    const { api, limitRanges, told } = await watching();
    (await api.next()).reply(200, listOf(limitRange("ci", "a", [container("2")])));
    (await api.next()).stream().end();

    (await api.next()).reply(403, status(403, "limitranges is forbidden", "Forbidden"));
    await expect.poll(() => told.join()).toContain("cannot list limitranges (403");

    expect(limitRanges.of("ci")).toHaveLength(1);
    expect(limitRanges.missing()).toEqual([]);
  });

  it("are unknown, and nothing is missing, where there is no cluster", () => {
    const limitRanges = watchLimitRanges(undefined, {
      clusterProblem: () => () => undefined,
      defect: () => undefined,
    });
    onTestFinished(limitRanges.close);

    expect([limitRanges.of("ci"), limitRanges.missing()]).toEqual([undefined, []]);
  });
});
