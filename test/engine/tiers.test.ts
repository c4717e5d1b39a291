import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { type Change } from "#src/engine/draft.ts";
import { severityOf } from "#src/engine/finding.ts";
import { stepContainer } from "#src/kubernetes/containers.ts";
import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { type Document, keysGate, layers, options, pod, policyDocument } from "#test/engine/arbitrary.ts";
import {
  bounds,
  CPU_AND_MEMORY,
  excessOf,
  excessOfPod,
  lasting,
  limitOf,
  requestOf,
} from "#test/engine/bounds-reading.ts";
import { policiesOf, tiersOf, withText } from "#test/engine/decision.ts";
import { grantsOf, isOfClass } from "#test/engine/grants.ts";
import { isGranted } from "#test/engine/granted.ts";
import { missingOf } from "#test/engine/standing.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

// A failure prints the seed that finds it again.
const RUNS = runs(150);
const FACTS = { namespace: "ci", user: "agent", now: NOW };

interface Case {
  readonly pod: Pod;
  readonly layers: readonly Document[];
  readonly own: readonly Document[];
  readonly options: Record<string, unknown>;
  readonly onRefusal: "warn" | "deny";
}

const cases: fc.Arbitrary<Case> = fc.record({
  pod,
  layers,
  own: fc.array(policyDocument, { minLength: 1, maxLength: 2 }),
  options,
  onRefusal: fc.constantFrom("warn", "deny"),
});

/** What of bounds makes amounts larger. */
const raising = bounds.map(
  ({ min = {}, maxLimitRequestRatio = {} }) => ({ resources: { min, maxLimitRequestRatio } }) as Document,
);

describe("with policies of its namespace a Pod", () => {
  law("is decided about once and for all", (one) => {
    const first = narrowed(one);
    const second = narrowed({ ...one, pod: first.pod });

    if (first.outcome === "decided") expect(second.changes).toEqual([]);
  });

  law("has nothing but what a policy of the cluster says, or a step could have been granted", (one) => {
    const decision = narrowed(one);

    const step = stepContainer(decision.pod).path;
    const byOwn = decision.changes.filter(({ rule, asked }) => isOfOwn(rule) && asked === undefined);
    const unfounded = byOwn.filter(
      (change) =>
        change.after !== undefined &&
        !(isOfOthers(change, step)
          ? isRestricting(change)
          : isGranted(change, { ...one, pod: decision.pod })),
    );
    expect(unfounded).toEqual([]);
  });

  law("has nothing of the step's asking that it would not have had without them", (one) => {
    const given = new Set(grantsOf(plain(one)));

    // An ordinary container may say that it does not escalate; a privileged one may not.
    const isLess = (grant: string): boolean => grant.endsWith('allowPrivilegeEscalation",false]');
    if (plain(one).outcome === "decided")
      expect(grantsOf(narrowed(one)).filter((grant) => !given.has(grant) && !isLess(grant))).toEqual([]);
  });

  law("has of the step's asking only what their gates grant, too", (one) => {
    const { changes, pod: after } = narrowed(one);

    // A class is the administrator's grant: no gate is about it.
    const given = changes.filter(
      (change) => change.asked !== undefined && change.after !== undefined && !isOfClass(change.rule),
    );
    for (const layer of one.own) {
      const gates = { layers: [gatesOf(layer, one.layers)], pod: after };
      expect(given.filter((change) => !isGranted(change, gates))).toEqual([]);
    }
  });

  it("has no more than the bounds of either allow", () => {
    const upper = bounds.map(({ max, maxPod }) => ({ ...(max && { max }), ...(maxPod && { maxPod }) }));
    fc.assert(
      fc.property(cases, upper, upper, (one, wide, narrow) => {
        const layers = [...one.layers, { resources: wide } as Document];
        const { outcome, pod: after } = narrowed({
          ...one,
          layers,
          own: [{ resources: narrow } as Document],
        });

        if (outcome === "decided")
          for (const limits of [wide, narrow]) {
            expect(lasting(after).flatMap((container) => excessOf(container, after, limits))).toEqual([]);
            expect(excessOfPod(after, limits)).toEqual([]);
          }
      }),
      { numRuns: RUNS },
    );
  });

  it("has no more in any container by what they raise, but in the step's own what it could ask", () => {
    fc.assert(
      fc.property(cases, bounds, raising, (one, wide, own) => {
        const layers = [...one.layers, { resources: wide } as Document];
        const law = { ...one, layers, own: [own] };
        const [before, after] = [plain(law), narrowed(law)];
        if (before.outcome !== "decided" || after.outcome !== "decided") return;

        const step = stepContainer(after.pod).container;
        const known = lasting(before.pod);
        const raised = lasting(after.pod).flatMap((container, index) =>
          moreOf(container, known[index] ?? container).filter(
            (name) => container !== step || !mayAsk(layers, name),
          ),
        );
        expect(raised).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it("has the resources that a policy of the cluster sets, whatever they raise", () => {
    fc.assert(
      fc.property(cases, policyDocument, raising, (one, document, own) => {
        const decision = narrowed({ ...one, layers: [document], own: [own] });

        if (decision.outcome === "decided") expect(missingOf(document, decision.pod)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  describe("that match on its labels, and trust it or not,", () => {
    const matching = fc.record({
      one: cases,
      law: fc.record({ trustPod: fc.boolean(), labels: fc.record({ fromStep: keysGate }) }),
      labels: fc.dictionary(fc.constantFrom("a", "b", "step"), fc.constantFrom("x", "y"), { maxKeys: 3 }),
      own: fc.array(
        fc.record({
          trustPod: fc.boolean(),
          match: fc.record({
            podLabels: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("x", "y"), {
              minKeys: 1,
              maxKeys: 2,
            }),
          }),
          document: policyDocument,
        }),
        { minLength: 1, maxLength: 2 },
      ),
    });
    const labelled = ({ one, law, labels, own }: Drawn): Case => ({
      ...one,
      pod: { ...one.pod, metadata: { ...one.pod.metadata, labels } },
      // What writes labels matched on is refused.
      layers: [...one.layers.map((layer) => omit(layer, "labels")), law],
      own: own.map(({ document, ...header }) => ({ ...document, ...header })),
    });
    type Drawn = typeof matching extends fc.Arbitrary<infer T> ? T : never;

    it("is decided about once and for all, by the same policies", () => {
      fc.assert(
        fc.property(matching, (drawn) => {
          const one = labelled(drawn);
          const first = narrowed(one);
          const second = narrowed({ ...one, pod: first.pod });

          if (first.outcome !== "decided") return;
          expect(second.changes).toEqual([]);
          expect(second.policies).toEqual(first.policies);
        }),
        { numRuns: RUNS },
      );
    });

    it("keeps no label that it would not have kept without them", () => {
      fc.assert(
        fc.property(matching, (drawn) => {
          const one = labelled(drawn);
          const [before, after] = [plain(one), narrowed(one)];

          const keptIn = ({ pod }: Decision): string[] =>
            Object.keys(drawn.labels).filter((key) => key in (pod.metadata?.labels ?? {}));
          if (before.outcome === "decided" && after.outcome === "decided")
            expect(keptIn(after).filter((key) => !keptIn(before).includes(key))).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    });

    it("loses nothing that it says, where policies of the cluster trust it", () => {
      fc.assert(
        fc.property(matching, (drawn) => {
          const one = labelled({ ...drawn, law: { ...drawn.law, trustPod: true } });
          const [before, after] = [plain(one), narrowed(one)];
          const lost = ({ changes }: Decision): string[] =>
            changes
              // What an option writes may displace what belongs to something else.
              .filter(({ after, rule }) => after === undefined && /fromStep|trustPod/.test(rule))
              .map(({ pointer }) => pointer);

          if (before.outcome === "decided" && after.outcome === "decided")
            expect(lost(after).filter((pointer) => !lost(before).includes(pointer))).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    });
  });

  law("is denied where it would have been without them, but for what they take away", (one) => {
    const [before, after] = [plain(one), narrowed(one)];
    if (before.outcome === "decided" || after.outcome !== "decided") return;

    const denying = one.onRefusal === "deny" ? ["malformed", "denied", "refused"] : ["malformed", "denied"];
    const denials = before.findings.filter((finding) => denying.includes(severityOf(finding)));
    const takenAway = after.changes.filter(
      (change) => isOfOwn(change.rule) && (isRestricting(change) || change.after === undefined),
    );
    expect(denials.filter(({ code }) => code !== "pod-security")).toEqual([]);
    expect(takenAway).not.toEqual([]);
    // As it is left it could have been sent, and would have passed.
    const left = plain({ ...one, pod: after.pod, options: {} });
    expect(left.findings.filter(({ code }) => code === "pod-security")).toEqual([]);
  });

  it("has what a policy of the cluster sets, whatever they say", () => {
    fc.assert(
      fc.property(cases, policyDocument, (one, document) => {
        const decision = narrowed({ ...one, layers: [document] });

        if (decision.outcome === "decided") expect(missingOf(document, decision.pod)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

function law(title: string, check: (one: Case) => void): void {
  it(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: RUNS });
  });
}

const isOfOwn = (rule: string): boolean => rule.startsWith("ci/own-");

const asking = ({ pod, options }: Case): Pod => withText(pod, JSON.stringify(options));

const lawOf = ({ layers, onRefusal }: Case): object[] => layers.map((layer) => ({ ...layer, onRefusal }));

const narrowed = (one: Case): Decision => decide(asking(one), FACTS, tiersOf(lawOf(one), one.own));

const plain = (one: Case): Decision => decide(asking(one), FACTS, policiesOf(lawOf(one)));

function omit(document: Document, section: string): Document {
  return Object.fromEntries(Object.entries(document).filter(([id]) => id !== section));
}

/** The resources of which a container requests more, or may have more. */
function moreOf(container: Container, before: Container): string[] {
  return [...CPU_AND_MEMORY, "example.com/gpu"].filter((name) =>
    [requestOf, limitOf].some((of) => of(container, name) > of(before, name)),
  );
}

/** Whether a step may ask for the resource at all: the last gate holds, and what is set stands. */
function mayAsk(layers: readonly Document[], name: string): boolean {
  const all = layers.map(({ resources }) => resources as ResourcesOfLayer | undefined);
  const gate = all.findLast((one) => one?.fromStep !== undefined)?.fromStep;
  const isSet = all.some((one) => name in { ...one?.set?.requests, ...one?.set?.limits });
  return gate !== false && !isSet;
}

interface ResourcesOfLayer {
  readonly fromStep?: boolean;
  readonly set?: { readonly requests?: object; readonly limits?: object };
}

/** Whether the change is in a container that is not the step's. */
function isOfOthers({ pointer }: Change, step: readonly (string | number)[]): boolean {
  return /^\/spec\/\w*[cC]ontainers\//.test(pointer) && !pointer.startsWith(`/${step.join("/")}/`);
}

/** What takes rights away from a container. */
function isRestricting({ pointer, after }: Change): boolean {
  const [, field = ""] = pointer.split("/securityContext/");
  if (field === "runAsNonRoot") return after === true;
  if (field === "privileged" || field === "allowPrivilegeEscalation") return after === false;
  return field.startsWith("capabilities/drop");
}

/** A policy's gates alone; where it has none, the cluster's decide. */
function gatesOf(own: Document, layers: readonly Document[]): Document {
  const gated = Object.entries(own).filter(([, section]) => {
    const fromStep = (section as { fromStep?: unknown } | undefined)?.fromStep;
    return fromStep !== undefined && fromStep !== true;
  });
  const law = layers.reduce<Record<string, unknown>>((all, layer) => {
    for (const [id, section] of Object.entries(layer))
      if ((section as { fromStep?: unknown } | undefined)?.fromStep !== undefined) all[id] = section;
    return all;
  }, {});
  return { ...law, ...Object.fromEntries(gated) } as Document;
}
