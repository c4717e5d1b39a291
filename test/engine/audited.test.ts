import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { respond } from "#src/admission/respond.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type ReviewFacts } from "#src/policy/match.ts";
import { options, pod, policyDocument } from "#test/engine/arbitrary.ts";
import { tiersOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

// A failure prints the seed that finds it again.
const RUNS = runs(150);

const layers = fc.array(fc.record({ document: policyDocument, isAudited: fc.boolean() }), { maxLength: 3 });
type Layer = typeof layers extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

interface Case {
  readonly pod: Pod;
  readonly cluster: readonly Layer[];
  readonly own: readonly Layer[];
  readonly onRefusal: "warn" | "deny";
  readonly facts: ReviewFacts;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    pod,
    // Some cannot be read.
    text: fc.oneof(
      { weight: 9, arbitrary: options.map((asked) => JSON.stringify(asked)) },
      { weight: 1, arbitrary: fc.constant("resources: {limits: {cpu: lots}}") },
    ),
    cluster: layers,
    own: layers,
    onRefusal: fc.constantFrom("warn" as const, "deny" as const),
    user: fc.constantFrom(undefined, "agent"),
  })
  .map(({ text, user, ...one }) => ({
    ...one,
    pod: withText(one.pod, text),
    facts: { namespace: "ci", user, now: NOW },
  }));

/** The decision where the layers that are audited have such a mode; names and priorities stay. */
function decided({ pod: given, cluster, own, onRefusal, facts }: Case, mode: string): Decision {
  const documents = (some: readonly Layer[]): object[] =>
    some.map(({ document, isAudited }) => ({ onRefusal, ...document, ...(isAudited ? { mode } : {}) }));
  return decide(given, facts, tiersOf(documents(cluster), documents(own)));
}

function law(name: string, holds: (one: Case) => void): void {
  it(name, () => {
    fc.assert(fc.property(cases, holds), { numRuns: RUNS });
  });
}

describe("policies in audit mode", () => {
  law("change nothing of the decision that holds", (one) => {
    const held = { ...decided(one, "audit"), audited: undefined };

    expect(held).toEqual(decided(one, "disabled"));
  });

  law("change nothing of the answer but audit annotations of their own", (one) => {
    const answers = ["audit", "disabled"].map((mode) => respond("u", one.pod, decided(one, mode)));

    const [held, alone] = answers.map(({ auditAnnotations = {}, ...answer }) => ({
      ...answer,
      noted: Object.entries(auditAnnotations).filter(([key]) => !key.startsWith("audited-")),
    }));
    expect(held).toEqual(alone);
  });

  law("are told to do what they do when they are enforced", (one) => {
    const { audited, digest } = decided(one, "audit");
    const enforced = decided(one, "enforce");

    if (audited === undefined) expect(enforced.digest).toBe(digest);
    else expect(audited).toEqual(enforced);
  });

  law("leave what is decided once and for all", (one) => {
    const first = decided(one, "audit");
    const second = decided({ ...one, pod: first.pod }, "audit");

    if (first.outcome === "decided" || first.outcome === "untouched") {
      expect(second.pod).toEqual(first.pod);
      expect(second.changes).toEqual([]);
    }
  });

  it("have a say in a good part of these cases", () => {
    const some = fc.sample(cases, 100).map((one) => decided(one, "audit"));

    const outcomes = some.flatMap(({ audited }) => audited?.outcome ?? []);
    expect(outcomes.length).toBeGreaterThan(30);
    expect(new Set(outcomes)).toEqual(new Set(["decided", "malformed", "refused"]));
  });
});
