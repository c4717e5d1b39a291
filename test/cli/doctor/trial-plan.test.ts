import { describe, expect, it } from "vitest";

import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { type Expectation, planTrial } from "#src/cli/doctor/trial-plan.ts";
import {
  configuration,
  deployment,
  healthyView,
  mutatingWebhook,
  namespace,
  policy,
  read,
} from "./healthy-view.ts";

const withPolicies = (texts: readonly string[], parts: Partial<ClusterView> = {}): ClusterView => {
  const configMaps = texts.map((text, index) => policy(`p${index}`, `version: v1\n${text}\n`));
  return healthyView({ configMaps: read(configMaps), trial: undefined, ...parts });
};

const shown = (expected: Expectation | undefined): unknown =>
  expected?.by === "policies" ? expected.policy.names : expected;

describe("the namespace of a trial", () => {
  const enabled = { "podpecker.dev/enabled": "true" };
  const everywhere = { mutating: configuration({ ...mutatingWebhook, namespaceSelector: {} }) };

  it.each([
    { about: "the first that is chosen", texts: [], parts: {}, wanted: "ci-a" },
    {
      about: "the first that a policy is for",
      texts: ["match: { namespaces: [ci-b] }"],
      parts: {},
      wanted: "ci-b",
    },
    {
      about: "none that is being deleted",
      texts: [],
      parts: {
        namespaces: read([
          { metadata: { ...namespace("ci-a", enabled).metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } },
          namespace("ci-b", enabled),
        ]),
      },
      wanted: "ci-b",
    },
    {
      about: "not Podpecker's own, nor the system's",
      texts: ["{}"].map(() => "priority: 1"),
      parts: everywhere,
      wanted: "ci-a",
    },
    {
      about: "the system's, if there is no other",
      texts: [],
      parts: { ...everywhere, namespaces: read([namespace("podpecker"), namespace("kube-system")]) },
      wanted: "kube-system",
    },
    { about: "none where none is chosen", texts: [], parts: { namespaces: read([]) }, wanted: undefined },
    {
      about: "none where none is known",
      texts: [],
      parts: { mutating: { state: "absent" } as const },
      wanted: undefined,
    },
  ])("is $about", ({ texts, parts, wanted }) => {
    expect(planTrial(withPolicies(texts, parts))?.namespace).toBe(wanted);
  });

  it("is the one that is wished", () => {
    expect(planTrial(withPolicies([]), "other")?.namespace).toBe("other");
  });
});

describe("what is expected of a trial", () => {
  const agent = "match: { users: ['system:serviceaccount:woodpecker:agent'] }";

  it.each([
    {
      about: "every policy that matches",
      texts: ["priority: 2", "priority: 1"],
      expected: ["podpecker/p1", "podpecker/p0"],
    },
    {
      about: "the Pod fits what the first one matches on",
      texts: ["match: { repos: ['acme/*'] }"],
      expected: ["podpecker/p0"],
    },
    { about: "nobody's without policies", texts: [], expected: { by: "nobody", creators: [] } },
    {
      about: "nobody's for other namespaces",
      texts: ["match: { namespaces: [x] }"],
      expected: { by: "nobody", creators: [] },
    },
    {
      about: "nobody's for Pods of others",
      texts: [agent, "match: { namespaces: [x] }"],
      expected: { by: "nobody", creators: ["system:serviceaccount:woodpecker:agent"] },
    },
    { about: "the creator's", texts: ["match: { users: [admin] }"], expected: ["podpecker/p0"] },
    { about: "unknown with a bad policy", texts: ["onRefusal: x"], expected: { by: "unknown" } },
  ])("is $about", ({ texts, expected }) => {
    expect(shown(planTrial(withPolicies(texts))?.expected)).toEqual(expected);
  });

  it("is unknown with policies from files", () => {
    const parts = { deployment: read(deployment("--policy=/policies")) };

    expect(planTrial(withPolicies([], parts))?.expected).toEqual({ by: "unknown" });
  });

  it("is unknown where a policy asks for the creator, and nobody knows", () => {
    const user = { state: "absent" } as const;

    expect(planTrial(withPolicies([agent], { user }))?.expected).toEqual({ by: "unknown" });
    expect(shown(planTrial(withPolicies(["priority: 1"], { user }))?.expected)).toEqual(["podpecker/p0"]);
  });
});
