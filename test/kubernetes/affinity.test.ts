import { describe, expect, it } from "vitest";

import { Affinity } from "#src/kubernetes/affinity.ts";
import { Numeric } from "#src/text/numeric.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const nodes = (expression: object): object => ({
  nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
});
const fields = (differs: object): object => {
  const field = { key: "metadata.name", operator: "In", values: ["node-1"], ...differs };
  return { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [{ matchFields: [field] }] } } };
};
const pods = (term: object): object => ({ podAntiAffinity: { [REQUIRED]: [term] } });
const topologyKey = "kubernetes.io/hostname";

/** What is wrong, and where: the last steps of the path. */
const problemsOf = (affinity: object): string[] =>
  Affinity.safeParse(affinity).error?.issues.map(
    ({ path, message }) => `${path.slice(-2).join(".")} ${message}`,
  ) ?? [];

describe("an affinity", () => {
  it.each<{ about: string; affinity: object }>([
    { about: "nothing", affinity: {} },
    { about: "values", affinity: nodes({ key: "a", operator: "In", values: ["b"] }) },
    { about: "existence", affinity: nodes({ key: "example.com/a", operator: "DoesNotExist" }) },
    { about: "a number", affinity: nodes({ key: "a", operator: "Gt", values: ["5"] }) },
    { about: "other Pods", affinity: pods({ topologyKey, labelSelector: { matchLabels: { a: "b" } } }) },
    { about: "a node's name", affinity: fields({}) },
    {
      about: "labels that are the same, or others",
      affinity: pods({ topologyKey, labelSelector: {}, matchLabelKeys: ["a"], mismatchLabelKeys: ["b"] }),
    },
    {
      about: "all Pods of all namespaces",
      affinity: pods({ topologyKey, labelSelector: {}, namespaceSelector: {} }),
    },
  ])("of $about is read as it stands", ({ affinity }) => {
    expect(Affinity.parse(affinity)).toEqual(affinity);
  });

  it("of a weight is read as a number, however it is written", () => {
    const weighing = (weight: unknown): object => ({
      nodeAffinity: {
        [PREFERRED]: [{ weight, preference: { matchExpressions: [{ key: "a", operator: "Exists" }] } }],
      },
    });

    for (const weight of [new Numeric("100", 100), "100"])
      expect(Affinity.parse(weighing(weight))).toEqual(weighing(100));
  });

  it.each<{ about: string; affinity: object; read: object }>([
    {
      about: "an empty list of values",
      affinity: nodes({ key: "a", operator: "Exists", values: [] }),
      read: nodes({ key: "a", operator: "Exists" }),
    },
    {
      about: "an empty list of expressions",
      affinity: pods({ topologyKey, labelSelector: { matchExpressions: [] }, namespaces: [] }),
      read: pods({ topologyKey, labelSelector: {} }),
    },
    {
      about: "an empty map of labels",
      affinity: pods({ topologyKey, labelSelector: { matchLabels: {} } }),
      read: pods({ topologyKey, labelSelector: {} }),
    },
    {
      about: "an empty preference",
      affinity: { podAffinity: { [PREFERRED]: [] } },
      read: { podAffinity: {} },
    },
  ])("is read without $about, as the API server stores it", ({ affinity, read }) => {
    expect(Affinity.parse(affinity)).toEqual(read);
  });

  it.each<{ about: string; affinity: object; problem: RegExp }>([
    { about: "an unknown member", affinity: { nodeAfinity: {} }, problem: /nodeAffinity/ },
    {
      about: "no terms",
      affinity: { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [] } } },
      problem: /at least one term/,
    },
    { about: "In without values", affinity: nodes({ key: "a", operator: "In" }), problem: /need values/ },
    {
      about: "Exists with values",
      affinity: nodes({ key: "a", operator: "Exists", values: ["b"] }),
      problem: /have none/,
    },
    {
      about: "Gt with a word",
      affinity: nodes({ key: "a", operator: "Gt", values: ["b"] }),
      problem: /have one number/,
    },
    {
      about: "Gt with two numbers",
      affinity: nodes({ key: "a", operator: "Lt", values: ["1", "2"] }),
      problem: /have one number/,
    },
    {
      about: "an operator nobody knows",
      affinity: nodes({ key: "a", operator: "Equals", values: ["b"] }),
      problem: /operator is not one of In, /,
    },
    {
      about: "a comparison of labels",
      affinity: pods({
        topologyKey,
        labelSelector: { matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] },
      }),
      problem: /operator is not one of In, NotIn, Exists, DoesNotExist/,
    },
    {
      about: "a key with a blank",
      affinity: nodes({ key: "a b", operator: "Exists" }),
      problem: /key is not a label key/,
    },
    {
      about: "a value that is too long",
      affinity: nodes({ key: "a", operator: "In", values: ["x".repeat(64)] }),
      problem: /values\.0 is not a label value/,
    },
    {
      about: "no topology",
      affinity: pods({ labelSelector: {} }),
      problem: /topologyKey is not a label key/,
    },
    {
      about: "a namespace in capitals",
      affinity: pods({ topologyKey, namespaces: ["Prod"] }),
      problem: /name of a namespace/,
    },
    {
      about: "a field of nodes",
      affinity: fields({ key: "spec.x" }),
      problem: /key is not one of metadata\.name/,
    },
    {
      about: "a comparison of names",
      affinity: fields({ operator: "Gt" }),
      problem: /operator is not one of In, NotIn/,
    },
    { about: "two names", affinity: fields({ values: ["a", "b"] }), problem: /values is not a list of one/ },
    { about: "no name", affinity: fields({ values: ["A"] }), problem: /values\.0 is not the name of a node/ },
    {
      about: "keys of labels of no Pods",
      affinity: pods({ topologyKey, matchLabelKeys: ["a"] }),
      problem: /is not a term: .* need a labelSelector/,
    },
    {
      about: "a label that is the same and another one",
      affinity: pods({ topologyKey, labelSelector: {}, matchLabelKeys: ["a"], mismatchLabelKeys: ["a"] }),
      problem: /matchLabelKeys\.0 stands in mismatchLabelKeys, too/,
    },
    {
      about: "a label that is selected twice",
      affinity: pods({
        topologyKey,
        labelSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] },
        matchLabelKeys: ["a"],
      }),
      problem: /matchLabelKeys\.0 stands in the labelSelector, too/,
    },
    {
      about: "a selector that is none",
      affinity: pods({ topologyKey, labelSelector: "a", matchLabelKeys: ["a"] }),
      problem: /labelSelector is not a map/,
    },
    {
      about: "a weight of nothing",
      affinity: { nodeAffinity: { [PREFERRED]: [{ weight: new Numeric("0", 0), preference: {} }] } },
      problem: /weight is not a whole number from 1 to 100/,
    },
  ])("with $about is told, once", ({ affinity, problem }) => {
    const problems = problemsOf(affinity);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});
