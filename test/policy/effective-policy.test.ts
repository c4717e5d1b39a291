import { describe, expect, it } from "vitest";

import { type EffectivePolicy } from "#src/engine/policy.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type ReviewFacts } from "#src/policy/match.ts";
import { createPolicySet, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { NOW } from "#test/now.ts";

/** Policies by their names; those of a namespace are called `namespace/name`. */
function setOf(documents: Readonly<Record<string, object>>): PolicySet {
  const texts = Object.entries(documents).map(([full, document]) => {
    const policy = JSON.stringify({ version: "v1", ...document });
    const [namespace, name] = full.split("/");
    if (name === undefined) return { path: `${full}.yaml`, text: policy };
    const manifest = { kind: "ConfigMap", metadata: { namespace, name }, data: { "policy.yaml": policy } };
    return { path: `${name}.yaml`, text: JSON.stringify(manifest) };
  });
  const { policies, problems } = readPolicies(texts, { namespace: "podpecker", promoted: [] });
  expect(problems.map(describePolicyProblem)).toEqual([]);
  return createPolicySet(policies);
}

const POD: Pod = { metadata: {}, spec: { containers: [{ name: "a", image: "alpine" }] } };
const FACTS: ReviewFacts = { namespace: "ci", user: "agent", now: NOW };

function effective(
  documents: Readonly<Record<string, object>>,
  facts: Partial<ReviewFacts> = {},
): EffectivePolicy {
  const found = setOf(documents).select(POD, { ...FACTS, ...facts });
  if (found === undefined) throw new Error("no policy matches");
  return found;
}

const told = ({ findings }: EffectivePolicy): string[] => findings.map(describeFinding);

describe("bounds", () => {
  const bounds = (law: object, own: object): EffectivePolicy =>
    effective({ law: { resources: law }, "ci/own": { resources: own } });

  it.each(["max", "maxPod"])("of %s are the smaller ones, by their rules", (bound) => {
    const { sections, ruleAt, findings } = bounds(
      { [bound]: { cpu: 4, memory: 8 } },
      { [bound]: { cpu: 2, memory: 16, "example.com/gpu": 1 } },
    );

    expect(sections["resources"]).toMatchObject({
      [bound]: { cpu: "2", memory: "8", "example.com/gpu": "1" },
    });
    expect(["cpu", "memory", "example.com/gpu"].map((name) => ruleAt(["resources", bound, name]))).toEqual([
      `ci/own#/resources/${bound}/cpu`,
      `law#/resources/${bound}/memory`,
      `ci/own#/resources/${bound}/example.com~1gpu`,
    ]);
    expect(findings).toEqual([]);
  });

  it("are compared as amounts", () => {
    expect(
      bounds({ max: { cpu: 1, memory: "1Gi" } }, { max: { cpu: "900m", memory: "1e9" } }).sections,
    ).toMatchObject({ resources: { max: { cpu: "900m", memory: "1e9" } } });
  });

  it("that raise amounts are the stricter ones, beside the cluster's: for the step's own container", () => {
    const law = { min: { cpu: "10m", memory: "2Mi" }, maxLimitRequestRatio: { cpu: 4, memory: 2 } };
    const own = { min: { cpu: "20m", memory: "1Mi" }, maxLimitRequestRatio: { cpu: 2, memory: 4 } };

    const { sections, ruleAt } = bounds(law, own);

    expect(sections["resources"]).toEqual({
      min: { cpu: "10m", memory: "2Mi" },
      maxLimitRequestRatio: { cpu: "4", memory: "2" },
      ofStep: { min: { cpu: "20m" }, maxLimitRequestRatio: { cpu: "2" } },
    });
    expect(ruleAt(["resources", "ofStep", "min", "cpu"])).toBe("ci/own#/resources/min/cpu");
  });

  it.each<{ law: object; own: object; refused: string }>([
    {
      law: { max: { cpu: 4 } },
      own: { min: { cpu: 5 } },
      refused:
        'resources.min.cpu: "5" is not given: it is above 4 (law#/resources/max/cpu) (ci/own#/resources/min/cpu)',
    },
    {
      law: { maxPod: { cpu: 4 } },
      own: { min: { cpu: 5 } },
      refused:
        'resources.min.cpu: "5" is not given: it is above 4 (law#/resources/maxPod/cpu) (ci/own#/resources/min/cpu)',
    },
    {
      law: { min: { cpu: 2 } },
      own: { max: { cpu: 1 } },
      refused:
        'resources.max.cpu: "1" is not given: it is below 2 (law#/resources/min/cpu) (ci/own#/resources/max/cpu)',
    },
    {
      law: { fromStep: false },
      own: { min: { cpu: 2 } },
      refused:
        'resources.min.cpu: "2" is not given: steps may not ask for more (law#/resources/fromStep) (ci/own#/resources/min/cpu)',
    },
    {
      law: { fromStep: false },
      own: { maxLimitRequestRatio: { cpu: 2 } },
      refused:
        'resources.maxLimitRequestRatio.cpu: "2" is not given: steps may not ask for more (law#/resources/fromStep) (ci/own#/resources/maxLimitRequestRatio/cpu)',
    },
    {
      law: { set: { limits: { cpu: 2 } } },
      own: { min: { cpu: 2, memory: "1Gi" } },
      refused:
        'resources.min.cpu: "2" is not given: law#/resources/set/limits/cpu sets how much there is (ci/own#/resources/min/cpu)',
    },
    {
      law: { set: { requests: { cpu: 2 } } },
      own: { maxLimitRequestRatio: { cpu: 1 } },
      refused:
        'resources.maxLimitRequestRatio.cpu: "1" is not given: law#/resources/set/requests/cpu sets how much there is (ci/own#/resources/maxLimitRequestRatio/cpu)',
    },
    {
      law: {},
      own: { classes: { huge: { limits: { cpu: 9 } } } },
      refused:
        "resources.classes.huge: is not given: only a policy of the cluster says it (ci/own#/resources/classes/huge)",
    },
  ])("$own are refused beside $law", ({ law, own, refused }) => {
    expect(told(bounds(law, own))).toEqual([refused]);
  });

  it("of several policies of the namespace narrow one after the other", () => {
    const { sections, ruleAt } = effective({
      law: { resources: { max: { cpu: 8 } } },
      "ci/a": { resources: { max: { cpu: 2 } } },
      "ci/b": { priority: 1, resources: { max: { cpu: 4 } } },
    });

    expect(sections["resources"]).toMatchObject({ max: { cpu: "2" } });
    expect(ruleAt(["resources", "max", "cpu"])).toBe("ci/a#/resources/max/cpu");
  });
});

describe("headers", () => {
  const strict = {
    onRefusal: "deny",
    trustPod: false,
    trustAnnotations: false,
    resources: { onExceed: "deny" },
    securityContext: { podSecurityStandard: "restricted" },
  };
  const loose = {
    onRefusal: "warn",
    trustPod: true,
    trustAnnotations: true,
    resources: { onExceed: "warn" },
    securityContext: { podSecurityStandard: "baseline" },
  };
  const headersOf = ({ onRefusal, trustPod, trustAnnotations, sections }: EffectivePolicy): object => ({
    onRefusal,
    trustPod,
    trustAnnotations,
    resources: sections["resources"],
    securityContext: sections["securityContext"],
  });

  it.each<{ about: string; law: object; own: object; then: object }>([
    { about: "made stricter", law: loose, own: strict, then: strict },
    { about: "never made looser", law: strict, own: loose, then: strict },
    { about: "made stricter than what holds where nobody says", law: {}, own: strict, then: strict },
    {
      about: "not made looser than what holds where nobody says",
      law: {},
      own: { resources: { onExceed: "warn" } },
      then: { onRefusal: "warn", trustPod: true, trustAnnotations: true },
    },
  ])("are $about", ({ law, own, then }) => {
    expect(headersOf(effective({ law, "ci/own": own }))).toEqual({
      resources: undefined,
      securityContext: undefined,
      ...then,
    });
  });

  it("have the rule of who made them stricter", () => {
    const { ruleAt } = effective({ law: loose, "ci/own": strict });

    expect(ruleAt(["onRefusal"])).toBe("ci/own#/onRefusal");
    expect(ruleAt(["resources", "onExceed"])).toBe("ci/own#/resources/onExceed");
  });
});

describe("gates", () => {
  it("of a namespace stand beside the cluster's; what is simply open narrows nothing", () => {
    const { sections, narrowings } = effective({
      law: { labels: { fromStep: { keys: ["a"] } } },
      "ci/own": { labels: { fromStep: true }, nodeSelector: { fromStep: false }, annotations: { set: {} } },
    });

    expect(sections["labels"]).toEqual({ fromStep: { keys: ["a"] } });
    expect(sections["nodeSelector"]).toBeUndefined();
    expect(narrowings.map((one) => one.sections)).toEqual([{ nodeSelector: { fromStep: false } }]);
  });

  it("have a rule for what they leave out, too", () => {
    const { narrowings } = effective({
      law: {},
      "ci/own": { securityContext: { fromStep: { root: false } } },
    });

    expect(narrowings[0]?.ruleAt(["securityContext", "fromStep", "privileged"])).toBe(
      "ci/own#/securityContext/fromStep",
    );
    expect(narrowings[0]?.ruleAt(["securityContext", "fromStep", "root"])).toBe(
      "ci/own#/securityContext/fromStep/root",
    );
  });
});

describe("what a policy of a namespace repeats", () => {
  it("stays the cluster's", () => {
    const law = {
      securityContext: {
        set: { seccompProfile: { type: "RuntimeDefault" }, capabilities: { drop: ["ALL"] } },
      },
      tolerations: { set: [{ key: "a", operator: "Exists" }] },
      labels: { set: { a: "b" }, fromStep: true },
    };
    const { ruleAt, asked, sections, findings } = effective({ law, "ci/own": law });

    for (const path of [
      ["securityContext", "set", "seccompProfile"],
      ["securityContext", "set", "capabilities", "drop", 0],
      ["tolerations", "set", 0],
      ["labels", "set", "a"],
    ])
      expect(ruleAt(path)).toMatch(/^law#/);
    expect(sections["tolerations"]?.set).toHaveLength(1);
    expect([asked.size, findings]).toEqual([0, []]);
  });
});

describe("names and digest", () => {
  it("have the policies of the namespace", () => {
    const documents = { law: {}, "ci/own": { onRefusal: "deny" }, "other/own": {} };
    const [with_, without] = [effective(documents), effective({ law: {} })];

    expect(with_.names).toEqual(["law", "ci/own"]);
    expect(with_.digest).not.toBe(without.digest);
    expect(effective(documents, { namespace: "elsewhere" }).digest).toBe(without.digest);
    expect(with_.contact).toBe("");
    expect(effective({ law: { description: "a" }, "ci/own": { description: "b" } }).contact).toBe("a; b");
  });

  it("are of one object for one set of layers", () => {
    const { select } = setOf({ law: {}, "ci/own": {} });

    expect(select(POD, FACTS)).toBe(select({ ...POD }, { ...FACTS, user: "other" }));
    expect(select(POD, FACTS)).not.toBe(select(POD, { ...FACTS, namespace: "b" }));
  });
});

describe("labels by which policies are chosen", () => {
  it("are those of the cluster and of the namespace, not of other namespaces", () => {
    const documents = {
      law: { match: { namespaces: ["*"] } },
      events: { match: { events: ["push"] } },
      "ci/own": { match: { podLabels: { team: "a" } } },
      "other/own": { match: { podLabels: { tier: "a" } } },
    };

    expect([...effective(documents).matchedLabels].sort()).toEqual(["team", "woodpecker-ci.org/event"]);
    expect([...effective(documents, { namespace: "none" }).matchedLabels]).toEqual([
      "woodpecker-ci.org/event",
    ]);
  });

  it("are none that the cluster writes", () => {
    expect(() =>
      setOf({ law: { labels: { set: { team: "a" } } }, "ci/own": { match: { podLabels: { team: "a" } } } }),
    ).toThrow(/^ci\/own: match\.podLabels\.team: chooses Pods by the label "team"/);
  });
});

describe("where nobody knows who creates the Pod, a policy that matches on users", () => {
  const trusted = {
    priority: 1,
    match: { users: ["agent"] },
    labels: { set: { a: "b" }, default: { c: "d" }, fromStep: { keys: ["x"] } },
    resources: { max: { cpu: 1 } },
    onRefusal: "deny",
    securityContext: {
      set: { runAsNonRoot: true, privileged: false, runAsUser: 0, capabilities: { drop: ["ALL"] } },
    },
  };
  const unknown = { user: undefined };

  it("narrows, and wants nothing but what takes rights away", () => {
    const policy = effective({ law: { labels: { fromStep: true } }, trusted }, unknown);

    expect(policy).toMatchObject({
      unsure: ["trusted"],
      isFounded: true,
      onRefusal: "deny",
      names: ["law", "trusted"],
    });
    expect(policy.sections).toEqual({
      onRefusal: "deny",
      labels: { fromStep: true },
      resources: { max: { cpu: "1" } },
      securityContext: { set: { runAsNonRoot: true, privileged: false, capabilities: { drop: ["ALL"] } } },
    });
    expect(policy.narrowings.map(({ sections }) => sections)).toEqual([
      { labels: { fromStep: { keys: ["x"] } } },
    ]);
  });

  it("keeps each profile that it sets, but none that confines nothing", () => {
    const profiles = (seccomp: object, apparmor: object): unknown =>
      effective(
        {
          law: {},
          trusted: {
            match: { users: ["agent"] },
            securityContext: { set: { seccompProfile: seccomp, apparmorProfile: apparmor } },
          },
        },
        unknown,
      ).sections["securityContext"]?.set;
    const strict = { type: "Localhost", localhostProfile: "strict" };
    const none = { type: "Unconfined" };

    expect(profiles(strict, strict)).toEqual({ seccompProfile: strict, apparmorProfile: strict });
    expect(profiles({ type: "RuntimeDefault" }, none)).toEqual({
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(profiles(none, none)).toBeUndefined();
  });

  it("grants nothing where no other one matches, nor does one of the namespace", () => {
    const policy = effective({ trusted, "ci/own": { labels: { set: { x: "y" } } } }, unknown);

    expect(policy).toMatchObject({ unsure: ["trusted"], isFounded: false, asked: new Set(), findings: [] });
    expect(policy.sections["labels"]).toBeUndefined();
  });

  it("is as any other one where the creator is known, and nothing where it is for another one", () => {
    const { select } = setOf({ trusted });

    expect(select(POD, FACTS)).toMatchObject({ unsure: [], isFounded: true });
    expect(select(POD, { ...FACTS, user: "other" })).toBeUndefined();
  });

  it("narrows, too, where it is of the namespace", () => {
    const policy = effective({ law: { labels: { fromStep: true } }, "ci/own": trusted }, unknown);

    expect(policy).toMatchObject({ unsure: ["ci/own"], onRefusal: "deny", asked: new Set() });
    expect(policy.sections["labels"]).toEqual({ fromStep: true });
  });
});

describe("without a policy of the cluster that matches", () => {
  it("a policy of the namespace is idle", () => {
    const { select, idle } = setOf({ law: { match: { events: ["push"] } }, "ci/own": {}, "other/own": {} });
    const pushed = { ...POD, metadata: { labels: { "woodpecker-ci.org/event": "push" } } };

    expect(select(POD, FACTS)).toBeUndefined();
    expect(idle(POD, FACTS)).toEqual(["ci/own"]);
    expect(idle(pushed, FACTS)).toEqual([]);
    expect(idle(POD, { ...FACTS, namespace: "none" })).toEqual([]);
  });
});
