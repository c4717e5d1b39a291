import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { byPriority } from "#src/policy/by-priority.ts";
import { effectivePolicy } from "#src/policy/effective-policy.ts";
import { lintTogether } from "#src/policy/lint/lint-together.ts";
import { createMatchOrder } from "#src/policy/lint/match-order.ts";
import { compileMatch } from "#src/policy/match.ts";
import { type Match } from "#src/policy/policy-document.ts";
import { layers, policyDocument } from "#test/engine/arbitrary.ts";
import { NOW } from "#test/now.ts";
import { lintsAmong } from "#test/policy/lint/lints-among.ts";

const settings = (...lines: string[]): string =>
  `kind: ConfigMap\nmetadata: { name: agent }\ndata:\n${lines.map((line) => `  WOODPECKER_BACKEND_K8S_${line}\n`).join("")}`;
const openAgent = settings('POD_LABELS_ALLOW_FROM_STEP: "true"', "NAMESPACE: ci");
const ofNamespace = (text: string): string =>
  `kind: ConfigMap\nmetadata: { name: own, namespace: team }\ndata:\n  policy.yaml: "version: v1\\n${text}"\n`;

const shown = (...texts: string[]): string[] =>
  lintsAmong(...texts.map((text) => (text.startsWith("kind") ? text : `version: v1\n${text}`)))
    .filter(({ code }) => code !== "repo-name-shared" && code !== "no-effect")
    .map(({ code = "", text }) => `${code} ${text.split(": ").slice(0, 2).join(" ")}`);

describe("policies beside each other", () => {
  it.each<{ about: string; texts: string[]; lints: string[] }>([
    {
      about: "a rule that a later policy for every Pod says otherwise",
      texts: [
        "labels: { set: { a: x } }\nmatch: { namespaces: [ci] }",
        "priority: 1\nlabels: { set: { a: y } }",
      ],
      lints: ["never-holds a.yaml:2:18 labels.set.a"],
    },
    {
      about: "no rule that a later one says as well",
      texts: ["labels: { set: { a: x } }", "priority: 1\nlabels: { set: { a: x } }"],
      lints: [],
    },
    {
      about: "no rule of a policy that is for more Pods than the later one",
      texts: [
        "labels: { set: { a: x } }",
        "priority: 1\nlabels: { set: { a: y } }\nmatch: { namespaces: [ci] }",
      ],
      lints: [],
    },
    {
      about: "a gate and a header of a policy whose patterns a later one covers",
      texts: [
        'match: { namespaces: [ci-a, "ci-b*"] }\nlabels: { fromStep: true }\nonRefusal: deny',
        'priority: 1\nmatch: { namespaces: ["ci-*"] }\nlabels: { fromStep: false }\nonRefusal: warn',
      ],
      lints: ["never-holds a.yaml:3:11 labels.fromStep", "never-holds a.yaml:4:1 onRefusal"],
    },
    {
      about: "no rule for which the later policy ends by itself",
      texts: ["labels: { set: { a: x } }", "validUntil: 2099-01-01\npriority: 1\nlabels: { set: { a: y } }"],
      lints: [],
    },
    {
      about: "no item of a list that is joined, but a variable of the same name",
      texts: [
        "tolerations: { set: [{ key: a, operator: Exists }] }\nenv: { set: { A: x } }",
        "priority: 1\ntolerations: { set: [{ key: b, operator: Exists }] }\nenv: { set: [{ name: A, value: y }] }",
      ],
      lints: ["never-holds a.yaml:3:15 env.set.A"],
    },
    {
      about: "a default above another policy's max, and a min as well",
      texts: [
        "resources: { max: { memory: 1Gi } }",
        "match: { namespaces: [ci] }\nresources: { default: { limits: { memory: 2Gi } }, min: { memory: 2Gi } }",
      ],
      lints: [
        "default-beyond-bounds b.yaml:3:35 resources.default.limits.memory",
        "bounds-crossed b.yaml:3:59 resources.min.memory",
      ],
    },
    {
      about: "a max below what a policy for more Pods has as a default",
      texts: [
        "resources: { default: { limits: { memory: 2Gi } } }",
        "match: { namespaces: [ci] }\nresources: { max: { memory: 1Gi } }",
      ],
      lints: ["default-beyond-bounds b.yaml:3:21 resources.max.memory"],
    },
    {
      about: "trust in a label that an agent lets steps write, there and with any namespace",
      texts: [
        openAgent,
        'match: { repoIds: ["1"], namespaces: ["c*"] }',
        'match: { podLabels: { woodpecker-ci.org/repo-id: "1" } }',
        'match: { repoIds: ["1"], namespaces: [other] }',
        "match: { users: [agent] }",
      ],
      lints: [
        "forgeable-label b.yaml:2:10 match.repoIds",
        'forgeable-label c.yaml:2:23 match.podLabels["woodpecker-ci.org/repo-id"]',
      ],
    },
    {
      about: "no trust beside an agent that copies nothing",
      texts: [
        settings('POD_LABELS_ALLOW_FROM_STEP: "false"', 'POD_LABELS: \'{"a":"b"}\''),
        'match: { repoIds: ["1"] }',
      ],
      lints: [],
    },
    {
      about: "trust in annotations that an agent lets steps write",
      texts: [settings('POD_ANNOTATIONS_ALLOW_FROM_STEP: "true"'), "trustAnnotations: true"],
      lints: [
        "never-holds a.yaml:4:59 data.WOODPECKER_BACKEND_K8S_POD_ANNOTATIONS_ALLOW_FROM_STEP",
        "forgeable-annotation b.yaml:2:1 trustAnnotations",
      ],
    },
    {
      about: "onExceed for another policy's bounds",
      texts: ["resources: { onExceed: deny }", "resources: { maxPod: { cpu: 1 } }"],
      lints: [],
    },
    {
      about: "a key that is a step's to set and another policy's to choose by",
      texts: ["labels: { fromStep: { keys: [team, a] } }", "match: { podLabels: { team: x } }"],
      lints: ["moot-pattern a.yaml:2:30 labels.fromStep.keys[0]"],
    },
    {
      about: "a policy of a namespace that is for another one's Pods",
      texts: ["labels: {}", ofNamespace("match: { namespaces: [other] }")],
      lints: ['never-matches b.yaml:4:16 data["policy.yaml"].match.namespaces'],
    },
    {
      about: "nothing of a policy that is disabled",
      texts: ["mode: disabled\nresources: { onExceed: deny }"],
      lints: [],
    },
  ])("have lints: $about", ({ texts, lints }) => {
    expect(shown(...texts)).toEqual(lints);
  });

  it.prop([fc.array(policyDocument, { maxLength: 6 })])("never stop the lint", (documents) => {
    const policies = documents.map((document, index) => ({ name: `p${index}`, document }) as never);

    expect(lintTogether(policies)).toBeInstanceOf(Array);
  });

  it.prop([layers, layers])("that never hold are no rule of what they say together", (some, others) => {
    const policies = [...some, ...others]
      .map((document, index) => ({ name: `p${index}`, document: { version: "v1", ...document } }) as never)
      .toSorted(byPriority);
    const { ruleAt } = effectivePolicy(
      { base: policies, namespace: [], unsure: [] },
      { all: new Set(), ofCluster: new Set() },
    );

    for (const { policy, problem } of lintTogether(policies).filter(
      ({ problem }) => problem.code === "never-holds",
    ))
      if (problem.path.every((step) => typeof step === "string") && problem.path[0] !== "env")
        expect(ruleAt(problem.path)).not.toMatch(new RegExp(`^${policy.name}#`));
  });
});

describe("a match that is wider", () => {
  const pattern = fc.constantFrom("*", "a", "b", "a*", "*a", "a*a", "ab");
  const patterns = fc.array(pattern, { maxLength: 2 });
  const match: fc.Arbitrary<Match> = fc.record(
    {
      users: patterns,
      namespaces: patterns,
      events: patterns,
      images: patterns,
      podLabels: fc.dictionary(fc.constantFrom("team", "woodpecker-ci.org/event"), pattern),
    },
    { requiredKeys: [] },
  );
  const value = fc.constantFrom("a", "b", "ab", "aba", "ba");
  const about = fc.record({
    labels: fc.dictionary(fc.constantFrom("team", "woodpecker-ci.org/event"), value),
    image: value,
    namespace: value,
    user: value,
  });

  it.prop([fc.array(match, { maxLength: 8 }), match, fc.array(about, { minLength: 5 })], { numRuns: 1000 })(
    "matches every Pod that the narrower one does",
    (filed, narrow, pods) => {
      const order = createMatchOrder<Match[]>(() => []);
      for (const one of filed) order.of(one).push(one);

      for (const { labels, image, namespace, user } of pods) {
        const pod: Pod = { metadata: { labels }, spec: { containers: [{ name: "a", image }] } };
        const facts = { namespace, user, now: NOW };
        if (!compileMatch(narrow)(pod, facts)) continue;
        for (const wide of order.wider(narrow).flat()) expect(compileMatch(wide)(pod, facts)).toBe(true);
      }
    },
  );
});
