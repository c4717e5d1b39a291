import { beforeAll, describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { ProvingGround } from "./acceptance/proving-ground.ts";
import { tryOut } from "./acceptance/trial.ts";
import { cookbookTrials, exampleTrials, goldenTrials } from "./acceptance/trials.ts";
import { sharedPlane } from "./shared-plane.ts";

const EPHEMERAL = {
  reason: /^Pod "wp-step" is invalid: spec\.ephemeralContainers: Forbidden: cannot be set on create$/,
  why: "no creator sends ephemeral containers; the case is about a Pod that runs",
};

/** What the API server refuses, before and after, and what else speaks against a result, where that is right; no more than is needed. */
const objected: readonly { readonly name: string; readonly reason: RegExp; readonly why: string }[] = [
  { name: "env/set.yaml", ...EPHEMERAL },
  { name: "resources/set-for-all.yaml", ...EPHEMERAL },
  { name: "securityContext/pod-security-fills.yaml", ...EPHEMERAL },
  { name: "securityContext/set-for-all.yaml", ...EPHEMERAL },
  {
    name: "trustPod/apparmor-both.yaml",
    reason: /appArmorProfile\.type: Forbidden: apparmor type in annotation and field must match$/,
    why: "the Pod that is judged says one profile by the annotation and another by the field",
  },
  {
    name: "trustPod/no-option-processes.yaml",
    reason: /ShareProcessNamespace and HostPID cannot both be enabled/,
    why: "the Pod that is judged says what excludes each other",
  },
  {
    name: "trustPod/overhead.yaml",
    reason: /Pod's Overhead doesn't match RuntimeClass's defined Overhead$/,
    why: "the Pod that is judged says an overhead that its runtime class does not have",
  },
  {
    name: "trustPod/volumes-loose.yaml",
    reason: /volumeMounts\[0\]\.name: Not found: "loose"$/,
    why: "the Pod that is judged mounts a volume that it does not have",
  },
  { name: "volumes/set.yaml", ...EPHEMERAL },
];

const trials = [...goldenTrials(), ...exampleTrials(), ...cookbookTrials()];
const decided = trials.filter(({ expected }) => expected === "decided");
let ground: ProvingGround;

beforeAll(async () => {
  const results = trials.map(({ pod, facts, policies }) => decide(pod, facts, policies).pod);
  ground = await ProvingGround.of(
    sharedPlane(),
    trials.map(({ pod }) => pod),
    results,
  );
  return () => ground.clear();
});

// A denial and a Pod that no policy is for leave nothing to accept.
describe("the API server accepts what is decided, which is then left as it is", () => {
  it.concurrent.each(decided)("$name", async ({ name, ...trial }) => {
    const { outcome, refusal, objections } = await tryOut(trial, ground);

    const found = [...(refusal === undefined ? [] : [refusal]), ...objections];
    const row = objected.find((one) => one.name === name);
    expect(outcome).toBe("decided");
    if (row === undefined) expect(found).toEqual([]);
    else expect([...new Set(found)]).toEqual([expect.stringMatching(row.reason)]);
  });

  it("which are most of the cases, and all that stand in the table", () => {
    const names = decided.map(({ name }) => name);

    expect(names.length).toBeGreaterThan(trials.length / 2);
    expect(objected.filter(({ name }) => !names.includes(name))).toEqual([]);
  });
});
