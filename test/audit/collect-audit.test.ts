import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type AuditReport, AuditReport as Report } from "#src/audit/audit-report.ts";
import { collectAudit } from "#src/audit/collect-audit.ts";
import { layers, options, pod as anyPod } from "#test/engine/arbitrary.ts";
import { decideStep, policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

const collect = (policies: readonly string[] = ["policy-0"]): ReturnType<typeof collectAudit> =>
  collectAudit({ policies, now: NOW, examples: 2 });

const rows = ({ policies }: AuditReport): string[] =>
  policies.flatMap(({ policy, rules }) =>
    rules.map(
      ({ rule, verb, pods, fields, examples }) =>
        `${pods} ${verb} ${policy}#${rule} [${fields.join(" ")}] ${examples.map(({ pod }) => pod).join(" ")}`,
    ),
  );

const policy = {
  labels: { set: { ci: "yes" } },
  resources: { max: { memory: "2Gi" }, default: { requests: { cpu: "1" } } },
};

describe("an audit", () => {
  it("counts Pods by what becomes of them, and by rule, the gravest first", () => {
    const audit = collect();
    audit.add("ci/plain", decideStep({ policy }));
    audit.add("ci/big", decideStep({ policy, options: { resources: { limits: { memory: "4Gi" } } } }));
    audit.add("ci/bold", decideStep({ policy, options: { serviceAccountName: "root" } }));
    audit.add("ci/bad", decideStep({ policy, options: { resources: { limits: { memory: "lots" } } } }));
    audit.add("ci/other", decideStep({ policy: { match: { namespaces: ["x"] } } }));
    audit.add("ci/service", undefined);

    const report = audit.report();

    expect(report).toMatchObject({
      at: "2026-11-27T12:00:00Z",
      pods: { looked: 5, untouched: 1, unchanged: 0, changed: 3, denied: 1, clamped: 1, refused: 1 },
      others: 1,
    });
    expect(rows(report)).toMatchInlineSnapshot(`
      [
        "1 clamped policy-0#/resources/max/memory [resources.limits.memory] ci/big",
        "3 changed policy-0#/labels/set/ci [metadata.labels.ci] ci/plain ci/big",
        "3 changed policy-0#/resources/default/requests/cpu [spec.containers[].resources.requests.cpu] ci/plain ci/big",
        "2 changed policy-0#/resources/max/memory [spec.containers[].resources.limits.memory spec.containers[].resources.requests.memory] ci/plain ci/bold",
        "1 granted policy-0#/resources/max/memory [spec.containers[].resources.limits.memory] ci/big",
        "1 refused built-in#/serviceAccountName/fromStep [serviceAccountName] ci/bold",
        "1 denied #malformed-value [resources.limits.memory] ci/bad",
      ]
    `);
  });

  it("says what the creator of a denied or refused Pod is told, without the place in its text", () => {
    const audit = collect();
    audit.add("ci/bad", decideStep({ options: "resources: { limits: { memory: lots } }" }));

    expect(audit.report().policies.at(-1)?.rules[0]?.examples).toMatchInlineSnapshot(`
      [
        {
          "pod": "ci/bad",
          "says": "resources.limits.memory: "lots" is not a quantity: a number that is not negative, with or without a suffix, such as 2, 500m, 1.5Gi or 10G",
        },
      ]
    `);
  });

  it("counts a Pod once for a rule, however many fields it writes", () => {
    const audit = collect();
    const spec = { initContainers: [{ name: "clone", image: "git" }] };
    audit.add("ci/two", decideStep({ policy: { resources: { max: { memory: "1Gi" } } }, spec }));

    const [memory] = audit.report().policies[0]?.rules ?? [];

    expect(memory).toMatchObject({ pods: 1, examples: [{ pod: "ci/two" }] });
    expect(memory?.fields).toEqual([
      "spec.containers[].resources.limits.memory",
      "spec.containers[].resources.requests.memory",
      "spec.initContainers[].resources.limits.memory",
      "spec.initContainers[].resources.requests.memory",
    ]);
  });

  it("names policies that are for no Pod", () => {
    const audit = collect(["policy-0", "gpu"]);
    audit.add("ci/plain", decideStep({ policy }));

    expect(audit.report().policies.map(({ policy: name, pods }) => [name, pods])).toEqual([
      ["policy-0", 1],
      ["gpu", 0],
    ]);
  });

  it("notes of how many Pods nobody knows the creator", () => {
    const audit = collect();
    for (const name of ["a", "b", "c"])
      audit.add(`ci/${name}`, decideStep({ policy: { match: { users: ["agent"] } } }));

    expect(audit.report().notes).toMatchObject([
      { code: "creator-unknown", pods: 3, examples: [{ pod: "ci/a" }, { pod: "ci/b" }] },
    ]);
  });

  it("keeps a bounded number of fields, and says that there are more", () => {
    const audit = collect();
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key-${index}`, "x"]));
    audit.add("ci/many", decideStep({ policy: { labels: { fromStep: true } }, options: { labels } }));

    const [granted] = audit.report().policies.flatMap(({ rules }) => rules);

    expect(granted).toMatchObject({ rule: "/labels/fromStep", hasMoreFields: true });
    expect(granted?.fields).toHaveLength(20);
  });

  it("keeps a bounded number of rules, whatever Pods say of themselves", () => {
    const audit = collect();
    const decision = decideStep({ policy });
    for (let index = 0; index < 10_500; index += 1) {
      const change = { pointer: "/spec/hostUsers", after: false, rule: `pod#/rule-${index}` };
      audit.add(`ci/${index}`, { ...decision, changes: [change] });
    }

    const { rules = [] } = audit.report().policies.find(({ policy: name }) => name === "pod") ?? {};

    expect(rules.length).toBeLessThanOrEqual(10_001);
    expect(rules[0]).toMatchObject({ rule: "others", pods: 500 });
  });
});

describe("whatever policies and Pods there are", () => {
  const cases = fc.record({ documents: layers, pods: fc.array(fc.tuple(anyPod, options), { maxLength: 4 }) });

  test.prop([cases], { numRuns: runs(200) })(
    "each Pod has one fate, a report fits its schema, and the same Pods give the same report",
    ({ documents, pods }) => {
      const policies = policiesOf(documents);
      const decisions = pods.map(([pod, asked]) =>
        decide(withText(pod, JSON.stringify(asked)), { namespace: "ci", now: NOW }, policies),
      );
      const reportOnce = (): AuditReport => {
        const audit = collect(policies.policies.map(({ name }) => name));
        for (const [index, decision] of decisions.entries()) audit.add(`ci/${index}`, decision);
        return audit.report();
      };

      const report = reportOnce();

      const { looked, untouched, unchanged, changed, denied } = report.pods;
      expect(untouched + unchanged + changed + denied).toBe(looked);
      expect(looked).toBe(pods.length);
      expect(Report.parse(report)).toEqual(report);
      expect(reportOnce()).toEqual(report);
      const counts = report.policies.flatMap(({ rules }) => rules.map((rule) => rule.pods));
      expect(counts.every((count) => count > 0 && count <= looked)).toBe(true);
    },
  );
});
