import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { type LimitRange } from "#src/kubernetes/limit-range.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { defaulted, violationsOf } from "#test/engine/api-server.ts";
import { type Document, layers, options, pod, sizeOf } from "#test/engine/arbitrary.ts";
import {
  amount,
  amounts,
  type Bounds,
  bounds,
  CPU_AND_MEMORY,
  excessOf,
  excessOfPod,
  isInOrder,
  lasting,
  ratios,
  requestOf,
  sumOf,
} from "#test/engine/bounds-reading.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { isServed, isTold, wishesOf } from "#test/engine/served.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

const RUNS = runs(120);
const range: fc.Arbitrary<LimitRange> = fc
  .record(
    { max: amounts(CPU_AND_MEMORY), min: amounts(CPU_AND_MEMORY), maxLimitRequestRatio: ratios },
    { requiredKeys: [] },
  )
  // The API server takes no LimitRange that contradicts itself.
  .filter(({ min, max }) => isInOrder(min, max))
  .chain((item) => fc.constantFrom("Container", "Pod").map((type) => ({ type, ...item })))
  .map((item) => ({ metadata: { name: "range" }, spec: { limits: [item] } }));

/** Init containers that stay, and Pods with resources of their own, beside those that the laws have. */
const anyPod: fc.Arbitrary<Pod> = fc
  .tuple(pod, fc.boolean(), fc.option(fc.record({ cpu: amount, memory: amount }, { requiredKeys: [] })))
  .map(([given, stays, own]) => {
    const { initContainers = [] } = given.spec;
    const sidecars = initContainers.map((one) => (stays ? { ...one, restartPolicy: "Always" } : one));
    const spec = { ...given.spec, ...(initContainers.length === 0 ? {} : { initContainers: sidecars }) };
    return own === null ? { ...given, spec } : withOwn({ ...given, spec }, own);
  });

/** A Pod with limits of its own that validation passes: not less than its containers have. */
function withOwn(given: Pod, limits: Record<string, string>): Pod {
  const fits = Object.entries(limits).filter(([name, limit]) =>
    lasting(given).every(
      ({ resources }) => sizeOf(String(resources?.limits?.[name] ?? "0")) <= sizeOf(limit),
    ),
  );
  const own = Object.fromEntries(
    fits.filter(([name, limit]) => sumOf(given, (one) => requestOf(one, name)) <= sizeOf(limit)),
  );
  return { ...given, spec: { ...given.spec, resources: { limits: own, requests: own } } };
}

interface Case {
  readonly pod: Pod;
  readonly layers: readonly Document[];
  readonly options: Record<string, unknown>;
  readonly bounds: Bounds;
  readonly limitRanges: readonly LimitRange[];
}
const cases: fc.Arbitrary<Case> = fc.record({
  pod: anyPod,
  layers,
  options,
  bounds,
  limitRanges: fc.array(range, { maxLength: 2 }),
});

describe("bounds", () => {
  law("hold for every container", (one) => {
    const decision = decided(one);

    if (decision.outcome === "decided")
      expect(
        lasting(decision.pod).flatMap((container) => excessOf(container, decision.pod, one.bounds)),
      ).toEqual([]);
  });

  law("hold for the Pod as a whole", (one) => {
    const { outcome, pod: after } = decided(one);

    if (outcome === "decided") expect(excessOfPod(after, one.bounds)).toEqual([]);
  });

  law("leave a request at or below its limit, and break no validation", (one) => {
    const sent = asking(one);
    const { pod: after } = decided(one);

    expect(violationsOf(after).filter((violation) => !violationsOf(sent).includes(violation))).toEqual([]);
  });

  it.each(["clamp", "warn", "deny"])(
    "decide the same again, also after the API server's defaulting (%s)",
    (onExceed) => {
      fc.assert(
        fc.property(cases, (one) => {
          const bounded = { ...one, bounds: { ...one.bounds, onExceed } };
          const first = decided(bounded);
          if (first.outcome !== "decided") return;

          const second = decided({ ...bounded, pod: first.pod });
          const third = decided({ ...bounded, pod: defaulted(first.pod) });

          expect([second.outcome, second.changes]).toEqual(["decided", []]);
          expect([third.outcome, third.changes]).toEqual(["decided", []]);
        }),
        { numRuns: RUNS },
      );
    },
  );

  law("are told wherever they cut what somebody asked", (one) => {
    const { outcome, pod: after, findings } = decided(one);

    const wishes = wishesOf(one.options).filter(({ path }) => path[0] === "resources");
    if (outcome === "decided")
      expect(wishes.filter((wish) => !isServed(wish, after) && !isTold(wish, findings))).toEqual([]);
  });

  law("together with LimitRanges give a Pod that LimitRanger passes, or none", (one) => {
    const decision = decided(one);
    if (
      decision.outcome !== "decided" ||
      Object.values(one.bounds).every((map: object) => Object.keys(map).length === 0)
    )
      return;

    // Where nobody names an amount that is demanded, LimitRanger's own default does, before any webhook.
    const refusals = refusedByLimitRanger(defaulted(decision.pod), one.limitRanges);
    expect(refusals.filter((refusal) => !refusal.startsWith("no "))).toEqual([]);
  });
});

function law(title: string, check: (one: Case) => void): void {
  it(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: RUNS });
  });
}

const asking = ({ pod: given, options: asked }: Case): Pod => withText(given, JSON.stringify(asked));

/** The last layer bounds the resources. */
function decided(one: Case): Decision {
  const last = one.layers.at(-1);
  const section: object = last?.["resources"] ?? {};
  const documents = [...one.layers.slice(0, -1), { ...last, resources: { ...section, ...one.bounds } }];
  const facts = { namespace: "ci", user: "agent", now: NOW, limitRanges: one.limitRanges };
  return decide(asking(one), facts, policiesOf(documents));
}

/** A second reading of the LimitRanger plugin; what begins with "no" is refused for want of an amount. */
function refusedByLimitRanger(given: Pod, ranges: readonly LimitRange[]): string[] {
  return ranges.flatMap(({ spec }) =>
    spec.limits.flatMap((item) => {
      const subjects =
        item.type === "Pod"
          ? [podAmounts(given)]
          : lasting(given).map(({ resources }) => ({
              request: (name: string) => sized(resources?.requests?.[name]),
              limit: (name: string) => sized(resources?.limits?.[name]),
            }));
      return subjects.flatMap((subject) => refusalsOf(item, subject));
    }),
  );
}

interface Subject {
  readonly request: (name: string) => number | undefined;
  readonly limit: (name: string) => number | undefined;
}

const sized = (one: string | number | undefined): number | undefined =>
  one === undefined ? undefined : sizeOf(String(one));

function podAmounts(given: Pod): Subject {
  const of = (kind: "requests" | "limits") => (name: string) => {
    const own = given.spec.resources?.[kind]?.[name];
    if (own !== undefined) return sizeOf(String(own));
    const isThere = lasting(given).some(({ resources }) => resources?.[kind]?.[name] !== undefined);
    return isThere ? sumOf(given, ({ resources }) => sized(resources?.[kind]?.[name]) ?? 0) : undefined;
  };
  return { request: of("requests"), limit: of("limits") };
}

function refusalsOf(
  { type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRange["spec"]["limits"][number],
  { request, limit }: Subject,
): string[] {
  const low = Object.entries(min).flatMap(([name, least]) => {
    const [requested, limited] = [request(name), limit(name)];
    if (requested === undefined) return [`no request of ${name}`];
    return requested < sizeOf(String(least)) || (limited ?? Infinity) < sizeOf(String(least))
      ? [`${type} min ${name}`]
      : [];
  });
  const high = Object.entries(max).flatMap(([name, most]) => {
    const [requested, limited] = [request(name), limit(name)];
    if (limited === undefined) return [`no limit of ${name}`];
    return limited > sizeOf(String(most)) || (requested ?? 0) > sizeOf(String(most))
      ? [`${type} max ${name}`]
      : [];
  });
  const ratio = Object.entries(maxLimitRequestRatio).flatMap(([name, most]) => {
    const [requested, limited] = [request(name), limit(name)];
    if ((requested ?? 0) === 0 || (limited ?? 0) === 0) return [`no amount of ${name}`];
    return (limited ?? 0) / (requested ?? 1) > Number(most) ? [`${type} ratio ${name}`] : [];
  });
  return [...low, ...high, ...ratio];
}
