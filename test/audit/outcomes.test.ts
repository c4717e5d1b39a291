import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { allOutcomesOf, hypotheticalOutcomesOf, outcomesOf } from "#src/audit/outcomes.ts";
import { sumVerbs } from "#src/audit/sum-verbs.ts";
import { decideStep, policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const words = (outcomes: ReturnType<typeof outcomesOf>): string[] =>
  outcomes.map(({ policy, rule, verb }) => `${policy} ${rule} ${verb}`);

describe("what rules did", () => {
  it("is counted for what a step was granted, was refused, and did not ask", () => {
    const decision = decideStep({
      options: { resources: { limits: { memory: "4Gi" } }, serviceAccountName: "root" },
      policy: { labels: { set: { ci: "yes" } }, resources: { max: { memory: "2Gi" } } },
    });

    expect(sumVerbs(outcomesOf(decision))).toEqual({
      changed: 1,
      asked: 2,
      granted: 1,
      refused: 1,
      clamped: 1,
    });
    expect(words(outcomesOf(decision))).toMatchInlineSnapshot(`
      [
        "policy-0 /labels/set/ci changed",
        "policy-0 /resources/max/memory asked",
        "policy-0 /resources/max/memory granted",
        "built-in /serviceAccountName/fromStep asked",
        "built-in /serviceAccountName/fromStep refused",
        "policy-0 /resources/max/memory clamped",
      ]
    `);
    expect(words(hypotheticalOutcomesOf(decision))).toMatchInlineSnapshot(`
      [
        "policy-0 /labels/set/ci would-change",
        "policy-0 /resources/max/memory would-change",
        "built-in /serviceAccountName/fromStep would-refuse",
        "policy-0 /resources/max/memory would-clamp",
      ]
    `);
  });

  it("is a denial for all that keeps a Pod from running", () => {
    const decision = decideStep({
      options: { serviceAccountName: "root", tolerations: [{ key: "a", operator: "Exists" }] },
      policy: { onRefusal: "deny", labels: { set: { ci: "yes" } } },
    });

    expect(words(outcomesOf(decision))).toMatchInlineSnapshot(`
      [
        "built-in /serviceAccountName/fromStep asked",
        "built-in /serviceAccountName/fromStep denied",
      ]
    `);
  });

  it("is told of options that cannot be read by what is wrong with them", () => {
    expect(words(outcomesOf(decideStep({ options: { resources: { limits: { memory: "lots" } } } }))))
      .toMatchInlineSnapshot(`
      [
        " malformed-value asked",
        " malformed-value denied",
      ]
    `);
  });

  it("is told of a policy in audit mode for what it would do beyond the others", () => {
    const policies = policiesOf([
      { labels: { set: { ci: "yes" } } },
      { mode: "audit", labels: { set: { team: "a" } }, serviceAccountName: { fromStep: ["ci-*"] } },
    ]);
    const pod = { metadata: { name: "step" }, spec: { containers: [{ name: "step" }] } };
    const asking = withText(pod, "serviceAccountName: root");

    expect(words(allOutcomesOf(decide(asking, { namespace: "ci", now: NOW }, policies)))).toEqual([
      "policy-0 /labels/set/ci changed",
      "built-in /serviceAccountName/fromStep asked",
      "built-in /serviceAccountName/fromStep refused",
      "policy-1 /labels/set/team would-change",
      "policy-1 /serviceAccountName/fromStep would-refuse",
    ]);
  });
});
