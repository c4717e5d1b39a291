import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { judgeCreation } from "#src/admission/judge-creation.ts";
import { type Change } from "#src/engine/draft.ts";
import { patchOf } from "#src/admission/respond.ts";
import { answerReview } from "#src/admission/review.ts";
import { podSecurityViolations } from "#src/engine/pod-security.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type Document, hostileText, layers, options, pod, policyDocument } from "#test/engine/arbitrary.ts";
import { defaulted, violationsOf } from "#test/engine/api-server.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { classOf, isGivenByClass, missingOfClass, overruledOfClass } from "#test/engine/given-by-class.ts";
import { isGranted } from "#test/engine/granted.ts";
import { grantsOf, isOfClass } from "#test/engine/grants.ts";
import { isServed, isTold, wishesOf } from "#test/engine/served.ts";
import { missingOf } from "#test/engine/standing.ts";
import { isShowable } from "#test/text/showable.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

// Some two thousand decisions in all; a failure prints the seed that finds it again.
const RUNS = runs(120);
const FACTS = { namespace: "ci", user: "agent", now: NOW };

interface Case {
  readonly pod: Pod;
  readonly layers: readonly Document[];
  readonly options: Record<string, unknown>;
}
const cases: fc.Arbitrary<Case> = fc.record({ pod, layers, options });

describe("a decision", () => {
  law("is idempotent", ({ pod, layers, options }) => {
    const policies = policiesOf(layers);

    const first = decide(withOptions(pod, options), FACTS, policies);
    const second = decide(first.pod, FACTS, policies);

    if (first.outcome !== "decided") return;
    expect(second.changes).toEqual([]);
    expect(second.pod).toBe(first.pod);
  });

  law("is idempotent beyond the API server's defaulting", ({ pod, layers, options }) => {
    const policies = policiesOf(layers);

    const first = decide(withOptions(pod, options), FACTS, policies);
    const second = decide(defaulted(first.pod), FACTS, policies);

    if (first.outcome === "decided") expect(second.changes).toEqual([]);
  });

  law("stands before the last word, which excuses nothing", ({ pod, layers, options }) => {
    const policies = policiesOf(layers);

    const first = decide(withOptions(pod, options), FACTS, policies);
    const last = judgeCreation(defaulted(first.pod), FACTS, policies);

    if (first.outcome === "decided") expect(last).toMatchObject({ outcome: "decided", findings: [] });
  });

  law("stands before the last word also where the Pod is not trusted", ({ pod, layers, options }) => {
    const policies = policiesOf([{ trustPod: false }, ...layers]);

    const first = decide(withOptions(pod, options), FACTS, policies);
    const last = judgeCreation(defaulted(first.pod), FACTS, policies);

    if (first.outcome === "decided") expect(last).toMatchObject({ outcome: "decided", findings: [] });
  });

  law("leaves the Pod that came in as it was", ({ pod, layers, options }) => {
    const sent = withOptions(pod, options);
    const copy = structuredClone(sent);

    decide(frozen(sent), FACTS, policiesOf(layers));

    expect(sent).toEqual(copy);
  });

  law("keeps every field that it did not change", ({ pod, layers, options }) => {
    const sent = withOptions(pod, options);
    const { pod: after, changes } = decide(sent, FACTS, policiesOf(layers));

    const touched = changes.map(({ pointer }) => pointer.replaceAll(/\/\d+(?=\/|$)/g, "/#"));
    const kept = new Map(leaves(after));
    const lost = leaves(sent).filter(
      ([pointer, value]) => !touched.some((one) => concerns(one, pointer)) && kept.get(pointer) !== value,
    );
    expect(lost).toEqual([]);
  });

  law("keeps what is in a list, in its order", ({ pod, layers, options }) => {
    const sent = withOptions(pod, options);
    const { pod: after } = decide(sent, FACTS, policiesOf(layers));

    for (const [index, list] of listsOf(after).entries()) {
      const before = listsOf(sent)[index] ?? [];
      // A variable of a name that is there may come a second time: of two the last one holds.
      expect(firstPlacesOf(before, list)).not.toContain(-1);
    }
  });

  law("grants nothing that no policy grants", ({ pod, layers, options }) => {
    const decision = decide(withOptions(pod, options), FACTS, policiesOf(layers));

    const used = classOf(options["resourceClass"], layers);
    const isGiven = (change: Change): boolean =>
      isGranted(change, { layers, pod: decision.pod }) ||
      (used !== undefined && isGivenByClass(change, used));
    for (const change of decision.changes)
      if (change.asked !== undefined && change.after !== undefined)
        expect([change, isGiven(change)]).toEqual([change, true]);
      else expect(change.asked === undefined || change.after === undefined).toBe(true);
  });

  law("gives all of a class but what the step or a policy says by itself", ({ pod, layers, options }) => {
    const asking = { ...options, resourceClass: "a" };
    const decision = decide(withOptions(pod, asking), FACTS, policiesOf(layers));

    const used = classOf("a", layers);
    if (decision.outcome !== "decided" || used === undefined) return;
    expect(missingOfClass(used, { options, layers, pod: decision.pod })).toEqual([]);
    const told = decision.findings.filter(({ code }) => code === "class-overruled");
    for (const key of overruledOfClass(used, { options, layers }))
      expect(told.map(({ message }) => message).join("\n")).toContain(key);
  });

  law("grants nothing but a class where all gates are closed", ({ pod, layers, options }) => {
    const { changes } = decide(withOptions(pod, options), FACTS, policiesOf([...layers, closed]));

    expect(changes.filter(({ asked, rule }) => asked !== undefined && !isOfClass(rule))).toEqual([]);
  });

  it("grants no more under a tighter policy", () => {
    const gates = fc.constantFrom(...Object.keys(closed));
    fc.assert(
      fc.property(cases, gates, ({ pod, layers, options }, gate) => {
        const sent = withOptions(pod, options);
        const wide = decide(sent, FACTS, policiesOf(layers));

        const tight = decide(sent, FACTS, policiesOf([...layers, { [gate]: closed[gate] }]));

        const given = new Set(grantsOf(wide));
        if (wide.outcome === "decided") expect(grantsOf(tight).filter((one) => !given.has(one))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  law("gives what is asked or says why not", ({ pod, layers, options }) => {
    const decision = decide(withOptions(pod, options), FACTS, policiesOf(layers));

    if (decision.outcome === "decided")
      expect(
        wishesOf(options)
          .filter(({ path, value }) => path[0] !== "resourceClass" || classOf(value, layers) === undefined)
          .filter((wish) => !isServed(wish, decision.pod) && !isTold(wish, decision.findings)),
      ).toEqual([]);
  });

  law("names the rule of everything that a gate refuses", ({ pod, layers, options }) => {
    const { findings } = decide(withOptions(pod, options), FACTS, policiesOf(layers));

    const gated = ["not-granted", "reserved-key", "set-by-policy", "root-refused", "plugin-only"];
    expect(findings.filter(({ code, rule }) => gated.includes(code) && rule === undefined)).toEqual([]);
  });

  law("lets no Pod pass that breaks the Pod Security Standard", ({ pod, layers, options }) => {
    const policies = policiesOf(layers);
    const { pod: after, outcome } = decide(withOptions(pod, options), FACTS, policies);

    const givesUsers = policies.select(pod, FACTS)?.givesUsers === true;
    const standards = layers.map((layer) => layer["securityContext"]?.podSecurityStandard);
    const standard = standards.findLast((one) => one !== undefined);
    if (outcome === "decided" && standard !== undefined && standard !== "privileged")
      expect(podSecurityViolations(after, standard, givesUsers)).toEqual([]);
  });

  law("has a patch that makes of what was sent what was decided", ({ pod, layers, options }) => {
    const sent = withOptions(pod, options);
    const decision = decide(sent, FACTS, policiesOf(layers));

    const patch = patchOf(sent, decision.pod);

    expect(jsonPatch.applyPatch(structuredClone(sent), patch, true).newDocument).toEqual(decision.pod);
  });

  law("is the same twice, to the byte, with policies read anew", ({ pod, layers, options }) => {
    const request = {
      uid: "1",
      namespace: "ci",
      object: withOptions(pod, options),
      userInfo: { username: "agent" },
    };
    const review = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });

    const [one, other] = [
      answerReview(review, policiesOf(layers), { now: NOW }),
      answerReview(review, policiesOf(layers), { now: NOW }),
    ];

    expect(one).toEqual(other);
    expect(one.status).toBe(200);
  });

  law("breaks no validation that the Pod did not break", ({ pod, layers, options }) => {
    const sent = withOptions(pod, options);
    const { pod: after } = decide(sent, FACTS, policiesOf(layers));

    expect(violationsOf(after).filter((one) => !violationsOf(sent).includes(one))).toEqual([]);
  });
});

describe("what a policy sets", () => {
  it("is on the Pod, whatever anybody says", () => {
    fc.assert(
      fc.property(pod, policyDocument, options, (given, document, asking) => {
        const decision = decide(withOptions(given, asking), FACTS, policiesOf([document]));

        if (decision.outcome === "decided") expect(missingOf(document, decision.pod)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it("is missed by the last word wherever somebody takes it away again", () => {
    fc.assert(
      fc.property(pod, policyDocument, options, (given, document, asking) => {
        const policies = policiesOf([document]);
        const { pod: after, changes, outcome } = decide(withOptions(given, asking), FACTS, policies);
        if (outcome !== "decided") return;

        const passed = changes
          .map((change) => without(after, change))
          .filter((undone) => judgeCreation(undone, FACTS, policies).outcome === "decided");

        expect(passed.filter((undone) => missingOf(document, undone).length > 0)).toEqual([]);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

describe("hostile options", () => {
  it("never throw, and are denied or decided", () => {
    fc.assert(
      fc.property(pod, layers, hostileText, (given, documents, text) => {
        const decision = decide(withText(given, text), FACTS, policiesOf(documents));

        expect(["decided", "malformed", "refused"]).toContain(decision.outcome);
        expect(decision.findings.filter(({ message }) => !isShowable(message))).toEqual([]);
      }),
      { numRuns: 2 * RUNS },
    );
  });
});

/** Where each item stands after the one before it; -1 where it does not. */
function firstPlacesOf(items: readonly unknown[], list: readonly unknown[]): number[] {
  let from = 0;
  return items.map((item) => {
    const place = list.indexOf(item, from);
    if (place >= 0) from = place + 1;
    return place;
  });
}

/** The Pod without a change, as another webhook would write it; as it is where something else stands there by now. */
function without(after: Pod, change: Change): Pod {
  const copy = structuredClone(after);
  const found: unknown = jsonPatch.getValueByPointer(copy, change.pointer);
  if (change.after === undefined || JSON.stringify(found) !== JSON.stringify(change.after)) return copy;
  const undo =
    change.before === undefined
      ? ({ op: "remove", path: change.pointer } as const)
      : ({ op: "replace", path: change.pointer, value: change.before } as const);
  return jsonPatch.applyPatch(copy, [undo]).newDocument;
}

function law(title: string, check: (one: Case) => void): void {
  it(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: RUNS });
  });
}

const withOptions = (given: Pod, asked: Record<string, unknown>): Pod =>
  withText(given, JSON.stringify(asked));

const closed: Document = Object.fromEntries(
  [
    ...["labels", "annotations", "nodeSelector", "tolerations", "affinity", "runtimeClassName"],
    ...["serviceAccountName", "hostUsers", "volumes", "secrets", "resources", "securityContext"],
  ].map((section) => [section, { fromStep: false }]),
);

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** Every value that holds no others, and where it stands; an empty list or map is one. */
function leaves(value: unknown, pointer = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[pointer, value]];
  if (Object.keys(value).length === 0) return [[pointer, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

/** The items of the lists that are added to, by their name where they have one. */
function listsOf({ spec }: Pod): string[][] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...[spec.tolerations, spec.imagePullSecrets, spec.initContainers, spec.containers, spec.volumes],
    ...containers.map(({ env }) => env),
  ].map((list) => (list ?? []).map(nameOf));
}

const nameOf = (item: object): string => ("name" in item ? String(item.name) : JSON.stringify(item));

/** Whether a change, or its moving of a list, is about the leaf. */
function concerns(touched: string, leaf: string): boolean {
  const place = leaf.replaceAll(/\/\d+(?=\/|$)/g, "/#");
  return place === touched || place.startsWith(`${touched}/`) || touched.startsWith(`${place}/`);
}
