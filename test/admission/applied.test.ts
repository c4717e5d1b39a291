import { describe, expect, it } from "vitest";

import { noteApplied } from "#src/admission/applied.ts";
import { APPLIED } from "#src/engine/annotations.ts";
import { type Change, type Held } from "#src/engine/draft.ts";
import { type Finding } from "#src/engine/finding.ts";
import { type EffectivePolicy } from "#src/engine/policy.ts";
import { type Pod } from "#src/kubernetes/pod.ts";

const policy: EffectivePolicy = {
  names: ["acme"],
  digest: "0123456789ab",
  onRefusal: "warn",
  trustAnnotations: true,
  trustPod: true,
  isTrustedByCluster: true,
  narrowings: [],
  contact: "",
  apparmor: "field",
  sections: {},
  environment: {
    set: new Map(),
    setBy: () => undefined,
    usual: new Map(),
    owns: () => false,
    secrets: new Set(),
  },
  unsure: [],
  isFounded: true,
  asked: new Set(),
  isAsked: () => false,
  givesUsers: false,
  findings: [],
  matchedLabels: new Set(),
  sparedLabels: new Set(),
  ruleAt: () => "",
};
const change: Change = { pointer: "/metadata/labels/a", after: "b", rule: "acme#/labels/set/a" };
const held: Held = { path: ["spec", "hostUsers"], value: false, rule: "acme#/hostUsers/set" };

const podWith = (annotations: Record<string, string>): Pod => ({
  metadata: { annotations },
  spec: { containers: [{ name: "a" }] },
});

function note(
  applied: string | undefined,
  evaluation: { changes?: Change[]; findings?: Finding[] } = {},
): { applied: unknown; codes: string[] } {
  const before = podWith(applied === undefined ? {} : { [APPLIED]: applied });
  const { changes = [change], findings = [] } = evaluation;
  const noted = noteApplied(before, { pod: before, changes, held: [held], findings }, policy);
  const text = noted.pod.metadata?.annotations?.[APPLIED];
  return {
    applied: text === undefined ? undefined : (JSON.parse(text) as unknown),
    codes: noted.findings.map(({ code }) => code),
  };
}

const entries = (...changes: object[]): string => JSON.stringify({ changes });
const written = { pointer: change.pointer, rule: change.rule, value: "b" };
const kept = { pointer: "/spec/hostUsers", rule: held.rule, value: false };

describe("an entry that came in", () => {
  it.each<{ about: string; applied: string | undefined; changes: object[] }>([
    { about: "is none", applied: undefined, changes: [written] },
    {
      about: "is kept where the policy yields that very value",
      applied: entries(kept),
      changes: [kept, written],
    },
    {
      about: "is dropped with another value",
      applied: entries({ ...kept, value: true }),
      changes: [written],
    },
    {
      about: "is dropped with another rule",
      applied: entries({ ...kept, rule: "forged#/x" }),
      changes: [written],
    },
    {
      about: "is dropped at another place",
      applied: entries({ ...kept, pointer: "/spec/hostPID" }),
      changes: [written],
    },
    {
      about: "is replaced where the value is written anew",
      applied: entries({ ...written, value: "old" }),
      changes: [written],
    },
    { about: "is dropped where it is no entry", applied: entries({ pointer: 7 }), changes: [written] },
    { about: "is dropped where it is no JSON", applied: "{", changes: [written] },
    { about: "is dropped where it is something else", applied: "[[]]", changes: [written] },
    {
      about: "is dropped with all that stands beside it",
      applied: JSON.stringify({ policies: ["forged"], changes: [{ ...kept, extra: "x" }], more: 1 }),
      changes: [kept, written],
    },
  ])("$about", ({ applied, changes }) => {
    expect(note(applied)).toEqual({
      applied: { policies: ["acme"], digest: "0123456789ab", changes },
      codes: [],
    });
  });
});

it("notes a removed field without a value, and findings the gravest first", () => {
  const findings: Finding[] = [
    { code: "volume-shared", path: ["volumes", 0], message: "is shared" },
    { code: "not-granted", path: ["labels"], message: "is not granted", asked: "x" },
  ];

  expect(
    note(undefined, { changes: [{ pointer: "/spec/overhead", before: {}, rule: "r" }], findings }).applied,
  ).toEqual({
    policies: ["acme"],
    digest: "0123456789ab",
    changes: [{ pointer: "/spec/overhead", rule: "r" }],
    findings: ['labels: "x" is not granted', "volumes[0]: is shared"],
  });
});

it("leaves alone what stands there where nothing changed", () => {
  const before = podWith({ [APPLIED]: "forged" });

  expect(noteApplied(before, { pod: before, changes: [], held: [held], findings: [] }, policy).pod).toBe(
    before,
  );
});

describe("where the annotations are nearly full", () => {
  const full = 256 * 1024;
  const evaluate = (free: number): { text: string | undefined; codes: string[] } => {
    const before = podWith({ filler: "x".repeat(full - free - "filler".length) });
    const value = "v".repeat(500);
    const noted = noteApplied(
      before,
      { pod: before, changes: [{ ...change, after: value }], held: [], findings: [] },
      policy,
    );
    return {
      text: noted.pod.metadata?.annotations?.[APPLIED],
      codes: noted.findings.map(({ code }) => code),
    };
  };

  it.each([
    { free: 1000, has: "value", codes: [] },
    { free: 200, has: "pointer", codes: [] },
    { free: 50, has: undefined, codes: ["applied-too-long"] },
  ])("and $free bytes are free, the note has what there is room for", ({ free, has, codes }) => {
    const noted = evaluate(free);

    expect(noted.codes).toEqual(codes);
    if (has === undefined) expect(noted.text).toBeUndefined();
    else expect(noted.text).toContain(has);
    expect(noted.text?.includes("value") === true).toBe(has === "value");
  });
});
