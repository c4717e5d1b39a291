import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readConfigMapObject, standingOf } from "#src/policy/config-map-object.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";

const tier = { namespace: "podpecker", promoted: ["ci/agent"] };

const configMap = (data: unknown, more: object = {}): object => ({
  metadata: { namespace: "podpecker", name: "acme" },
  data,
  ...more,
});

function read(object: unknown): { name: string | undefined; problems: string[]; warnings: string[] } {
  const { policy, problems, warnings } = readConfigMapObject(object);
  return {
    name: policy?.name,
    problems: problems.map(describePolicyProblem),
    warnings: warnings.map(describePolicyProblem),
  };
}

describe("a ConfigMap object is a policy", () => {
  it.each([
    { about: "with policy.yaml", data: { "policy.yaml": "version: v1\n", other: "x" } },
    { about: "with settings of an agent", data: { WOODPECKER_BACKEND_K8S_NAMESPACE: "ci" } },
  ])("$about, called by namespace and name", ({ data }) => {
    expect(read(configMap(data))).toEqual({ name: "podpecker/acme", problems: [], warnings: [] });
  });

  it("with both of them, policy.yaml over the settings", () => {
    const { policy } = readConfigMapObject(
      configMap({
        WOODPECKER_BACKEND_K8S_POD_LABELS: "{a: settings, b: settings}",
        "policy.yaml": "version: v1\nlabels: {set: {a: yaml}}\n",
      }),
    );

    expect(policy?.document.labels).toEqual({ set: { a: "yaml", b: "settings" } });
  });
});

describe("a problem is told with key, line and column", () => {
  it.each<{ about: string; object: object; problems: unknown[] }>([
    {
      about: "in policy.yaml",
      object: configMap({
        "policy.yaml": "version: v1\nresources:\n  default: {requests: {cpu: 4cpu}}\nlables: {}\n",
      }),
      problems: [
        expect.stringMatching(
          /^podpecker\/acme policy\.yaml:3:29: resources\.default\.requests\.cpu: "4cpu" is not /,
        ),
        'podpecker/acme policy.yaml:4:1: lables: is not known here; did you mean "labels"?',
      ],
    },
    {
      about: "in the text of a setting",
      object: configMap({ WOODPECKER_BACKEND_K8S_POD_LABELS: "b: x\na: [b]\n" }),
      problems: [
        expect.stringMatching(
          /^podpecker\/acme WOODPECKER_BACKEND_K8S_POD_LABELS:2:4: a: "\[b\]" is not a label value/,
        ),
      ],
    },
    {
      about: "in a setting that is one word",
      object: configMap({ WOODPECKER_BACKEND_K8S_STORAGE_RWX: "perhaps" }),
      problems: ['podpecker/acme WOODPECKER_BACKEND_K8S_STORAGE_RWX:1:1: "perhaps" is not true or false'],
    },
    {
      about: "in several keys, each in the order of its lines",
      object: configMap({
        WOODPECKER_BACKEND_K8S_STORAGE_RWX: "perhaps",
        "policy.yaml": "mode: x\nversion: v2\n",
      }),
      problems: [
        expect.stringMatching(/^podpecker\/acme WOODPECKER_BACKEND_K8S_STORAGE_RWX:1:1: /),
        expect.stringMatching(/^podpecker\/acme policy\.yaml:1:7: mode: "x" is not /),
        expect.stringMatching(/^podpecker\/acme policy\.yaml:2:10: version: "v2" is not /),
      ],
    },
    {
      about: "in a text that is no YAML",
      object: configMap({ "policy.yaml": "version: v1\nlabels: {a: b\nmode: enforce" }),
      problems: [expect.stringMatching(/^podpecker\/acme policy\.yaml:3:\d+: is not YAML: /)],
    },
    {
      about: "in a text with two documents",
      object: configMap({ "policy.yaml": "version: v1\n---\nversion: v1\n" }),
      problems: ["podpecker/acme policy.yaml:1:1: holds more than one document"],
    },
    {
      about: "in an empty text",
      object: configMap({ "policy.yaml": "" }),
      problems: [expect.stringMatching(/^podpecker\/acme policy\.yaml:1:1: is missing or is not a map/)],
    },
    {
      about: "in what the form allows and the meaning does not",
      object: configMap({
        "policy.yaml": "version: v1\nannotations:\n  set:\n    podpecker.dev/platform: linux/arm64\n",
      }),
      problems: [
        'podpecker/acme policy.yaml:4:5: annotations.set["podpecker.dev/platform"]: is read or written by Podpecker itself; a policy cannot set it',
      ],
    },
    {
      about: "in what the meaning of a setting does not allow, though policy.yaml speaks of annotations, too",
      object: configMap({
        WOODPECKER_BACKEND_K8S_POD_ANNOTATIONS: "a: b\npodpecker.dev/platform: linux/arm64\n",
        "policy.yaml": "version: v1\nannotations: {fromStep: false}\n",
      }),
      problems: [
        'podpecker/acme WOODPECKER_BACKEND_K8S_POD_ANNOTATIONS:2:1: ["podpecker.dev/platform"]: is read or written by Podpecker itself; a policy cannot set it',
      ],
    },
    {
      about: "in a ConfigMap that holds no policy",
      object: configMap({ other: "x" }),
      problems: [
        "podpecker/acme: data: holds neither policy.yaml nor settings of Woodpecker's Kubernetes backend",
      ],
    },
    {
      about: "in a policy that is no text",
      object: configMap(undefined, {
        binaryData: { "policy.yaml": "/w==", WOODPECKER_BACKEND_K8S_POD_LABELS: "/w==", logo: "/w==" },
      }),
      problems: [
        'podpecker/acme: binaryData["policy.yaml"]: is not read, as a policy is text; save it as UTF-8 and put it under data',
        "podpecker/acme: binaryData.WOODPECKER_BACKEND_K8S_POD_LABELS: is not read, as a policy is text; save it as UTF-8 and put it under data",
      ],
    },
    {
      about: "in data that no API server has",
      object: configMap({ "policy.yaml": { version: "v1" }, list: [1], number: 5, nothing: null }),
      problems: [
        'podpecker/acme policy.yaml:1:1: "{…}" is not text; put it in quotes, as a ConfigMap holds text only',
        'podpecker/acme list:1:1: "[…]" is not text; put it in quotes, as a ConfigMap holds text only',
        'podpecker/acme number:1:1: "5" is not text; put it in quotes, as a ConfigMap holds text only',
        'podpecker/acme nothing:1:1: "null" is not text; put it in quotes, as a ConfigMap holds text only',
      ],
    },
    {
      about: "in an object without a name",
      object: { metadata: {}, data: { "policy.yaml": "version: v1" } },
      problems: [
        "a ConfigMap without a name: metadata.name: is missing; a policy is called by it",
        "a ConfigMap without a name: metadata.namespace: is missing; a policy is called by it",
      ],
    },
    {
      about: "with names that no API server takes, and that a terminal should not show",
      object: { metadata: { namespace: "a\u001b[2J", name: "b" }, data: { "\n": 1 } },
      problems: [expect.stringMatching(/^"a\\u001b\[2J\/b" "\\n":1:1: "1" is not text/)],
    },
  ])("$about", ({ object, problems }) => {
    const told = read(object);

    expect({ name: told.name, problems: told.problems }).toEqual({ name: undefined, problems });
  });
});

describe("a word is worth", () => {
  it.each([
    {
      about: "a setting that nobody knows",
      data: { WOODPECKER_BACKEND_K8S_POD_LABLES: "a: b" },
      warning:
        'podpecker/acme WOODPECKER_BACKEND_K8S_POD_LABLES: is not a setting that is known here; did you mean "WOODPECKER_BACKEND_K8S_POD_LABELS"?',
    },
    {
      about: "a slip in policy.yaml",
      data: { "policy.yaml": "version: v1\n\nworkspace: {size: 10}" },
      warning: 'podpecker/acme policy.yaml:3:13: workspace.size: "10" of storage is 10 bytes',
    },
    {
      about: "a slip among the settings",
      data: { WOODPECKER_BACKEND_K8S_VOLUME_SIZE: "10" },
      warning: 'podpecker/acme WOODPECKER_BACKEND_K8S_VOLUME_SIZE:1:1: "10" of storage is 10 bytes',
    },
  ])("$about", ({ data, warning }) => {
    const { name, warnings } = read(configMap(data));

    expect(name).toBe("podpecker/acme");
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });
});

describe("a ConfigMap is the law of", () => {
  const labels = { "podpecker.dev/policy": "true" };

  it.each<{ metadata: unknown; standing: string }>([
    { metadata: { namespace: "podpecker", name: "a", labels }, standing: "cluster" },
    { metadata: { namespace: "ci", name: "agent", labels }, standing: "cluster" },
    { metadata: { namespace: "ci", name: "agent" }, standing: "cluster" },
    { metadata: { namespace: "ci", name: "a", labels }, standing: "namespace" },
    { metadata: { namespace: "podpecker", name: "a" }, standing: "none" },
    {
      metadata: { namespace: "podpecker", name: "a", labels: { "podpecker.dev/policy": "yes" } },
      standing: "none",
    },
    { metadata: { namespace: "podpecker", name: "a", labels: ["podpecker.dev/policy"] }, standing: "none" },
    { metadata: null, standing: "none" },
  ])("$metadata: $standing", ({ metadata, standing }) => {
    expect(standingOf({ metadata }, tier)).toBe(standing);
  });
});

it("reads any JSON without throwing", () => {
  const key = fc.constantFrom("policy.yaml", "WOODPECKER_BACKEND_K8S_POD_LABELS", "__proto__", "constructor");
  const parts = fc.record(
    {
      metadata: fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), namespace: fc.jsonValue() })),
      data: fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.oneof(fc.string(), fc.jsonValue()))),
      binaryData: fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue())),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), parts), (object) => {
      const { policy, problems } = readConfigMapObject(object);

      expect(policy === undefined).toBe(problems.length > 0);
      for (const problem of problems) expect(describePolicyProblem(problem)).not.toMatch(/\p{Cc}/u);
    }),
  );
});
