import { describe, expect, it } from "vitest";

import type { ReviewRecord } from "#src/admission/answer.ts";
import { METRICS } from "#src/adapters/telemetry/metric-table.ts";
import { createMetrics, type Metrics } from "#src/adapters/telemetry/metrics.ts";
import { outcomesOf } from "#src/audit/outcomes.ts";
import { decideStep } from "#test/engine/decision.ts";

const record: ReviewRecord = {
  uid: "u",
  namespace: "ci",
  name: "step",
  dryRun: false,
  outcome: "decided",
  policies: ["acme"],
  digest: "d",
  changes: 3,
  findings: { "not-granted": 2, "reserved-key": 1 },
};

async function ruleSeries({ render }: Metrics): Promise<string[]> {
  const lines = (await render()).text.split("\n");
  return lines.flatMap((line) => line.split("podpecker_rule_outcomes_total{")[1] ?? []);
}

describe("metrics", () => {
  it("count reviews, findings and changes", async () => {
    const metrics = createMetrics();

    metrics.observeReview(record, 0.0002);
    metrics.observeReview({ ...record, dryRun: true, outcome: "refused", changes: 0, findings: {} }, 2);
    const { contentType, text } = await metrics.render();

    expect(contentType).toMatch(/^text\/plain/);
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        'podpecker_reviews_total{outcome="decided",dry_run="false"} 1',
        'podpecker_reviews_total{outcome="refused",dry_run="true"} 1',
        'podpecker_review_duration_seconds_bucket{le="0.0001"} 0',
        'podpecker_review_duration_seconds_bucket{le="0.00025"} 1',
        'podpecker_review_duration_seconds_bucket{le="10"} 2',
        "podpecker_review_duration_seconds_count 2",
        'podpecker_findings_total{code="not-granted"} 2',
        'podpecker_findings_total{code="reserved-key"} 1',
        "podpecker_changes_total 3",
      ]),
    );
  });

  it("count what is judged without being changed apart, and its findings with the others", async () => {
    const metrics = createMetrics();

    metrics.observeReview(record, 0.0002);
    metrics.observeValidation({ ...record, occasion: "resize", outcome: "refused", changes: 0 }, 0.0002);

    expect((await metrics.render()).text.split("\n")).toEqual(
      expect.arrayContaining([
        'podpecker_reviews_total{outcome="decided",dry_run="false"} 1',
        'podpecker_pod_validations_total{occasion="resize",outcome="refused",dry_run="false"} 1',
        "podpecker_review_duration_seconds_count 2",
        'podpecker_findings_total{code="not-granted"} 4',
      ]),
    );
  });

  it("tell when policies end, of a hundred of them, and forget what is gone", async () => {
    const metrics = createMetrics();
    const series = async (): Promise<string[]> =>
      (await metrics.render()).text
        .split("\n")
        .filter((line) => line.startsWith("podpecker_policy_expiry_timestamp_seconds{"));

    metrics.setPolicyExpiries(Array.from({ length: 10_000 }, (_, index) => ({ name: `p-${index}`, end: 0 })));
    expect(await series()).toHaveLength(100);
    metrics.setPolicyExpiries([{ name: "podpecker/exception", end: Date.parse("2027-04-01T00:00:00Z") }]);

    expect(await series()).toEqual([
      'podpecker_policy_expiry_timestamp_seconds{policy="podpecker/exception"} 1806537600',
    ]);
  });

  it("tell of policies, certificate and defects, from the first scrape on", async () => {
    const metrics = createMetrics();
    expect((await metrics.render()).text).toContain('podpecker_policy_loads_total{result="rejected"} 0');

    metrics.observePolicyLoad("loaded");
    metrics.setPolicies(4);
    metrics.setCertificateExpiry(new Date("2030-01-01T00:00:00Z"));
    metrics.observeDefect();

    expect((await metrics.render()).text.split("\n")).toEqual(
      expect.arrayContaining([
        'podpecker_policy_loads_total{result="loaded"} 1',
        "podpecker_policies 4",
        "podpecker_certificate_expiry_timestamp_seconds 1893456000",
        "podpecker_defects_total 1",
        expect.stringMatching(/^process_cpu_seconds_total /),
      ]),
    );
  });

  it("stay few, whatever the codes", async () => {
    const metrics = createMetrics();

    for (let code = 0; code < 500; code += 1) {
      metrics.observeReview({ ...record, findings: { [`code-${code}`]: 1 } }, 0);
    }
    const { text } = await metrics.render();

    expect(text.match(/^podpecker_findings_total\{/gm)).toHaveLength(101);
    expect(text).toContain('podpecker_findings_total{code="other"} 400');
  });

  it("count what rules did, by policy, rule and verb", async () => {
    const metrics = createMetrics();
    const decision = decideStep({
      options: { serviceAccountName: "root", labels: { mine: "1" } },
      policy: { labels: { set: { ci: "yes", team: "x" } } },
    });

    metrics.observeOutcomes(outcomesOf(decision));
    metrics.observeOutcomes(outcomesOf(decision));

    expect((await ruleSeries(metrics)).sort()).toEqual([
      'policy="built-in",rule="/labels/fromStep",verb="asked"} 2',
      'policy="built-in",rule="/labels/fromStep",verb="refused"} 2',
      'policy="built-in",rule="/serviceAccountName/fromStep",verb="asked"} 2',
      'policy="built-in",rule="/serviceAccountName/fromStep",verb="refused"} 2',
      'policy="policy-0",rule="/labels/set/ci",verb="changed"} 2',
      'policy="policy-0",rule="/labels/set/team",verb="changed"} 2',
    ]);
  });

  it("count a thousand rules, and all others together", async () => {
    const metrics = createMetrics();

    for (let count = 0; count < 1500; count += 1)
      metrics.observeOutcomes([
        { policy: `ci/p-${count % 750}`, rule: `/r-${Math.trunc(count / 750)}`, verb: "changed" },
        { policy: "ci/p-0", rule: "/r-0", verb: "asked" },
      ]);

    expect(await ruleSeries(metrics)).toHaveLength(1002);
    expect(await ruleSeries(metrics)).toEqual(
      expect.arrayContaining([
        'policy="ci/p-0",rule="/r-0",verb="asked"} 1500',
        'policy="other",rule="other",verb="changed"} 500',
      ]),
    );
  });

  it("tell of a Pod's own word no more than which of its fields has it", async () => {
    const metrics = createMetrics();

    for (let count = 0; count < 50; count += 1)
      metrics.observeOutcomes([{ policy: "pod", rule: `/metadata/labels/l-${count}`, verb: "noted" }]);

    expect(await ruleSeries(metrics)).toEqual(['policy="pod",rule="/metadata/labels",verb="noted"} 50']);
  });

  it("are each in the table that the reference is made from, of the type that it says", async () => {
    const { text } = await createMetrics().render();
    const types = [...text.matchAll(/^# TYPE (podpecker_\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);

    expect(types.sort()).toEqual(
      Object.entries(METRICS)
        .map(([name, { type }]) => [name, type])
        .sort(),
    );
  });

  it("of two processes' worth do not meet", async () => {
    const [one, two] = [createMetrics(), createMetrics()];

    one.observeDefect();

    expect((await two.render()).text).toContain("podpecker_defects_total 0");
  });
});
