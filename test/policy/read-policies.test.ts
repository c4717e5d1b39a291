import { describe, expect, it } from "vitest";

import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";

const tier = { namespace: "podpecker", promoted: ["ci/agent"] };

/** What is read from one text: names of policies, what is wrong, what is worth a word. */
function read(
  text: string,
  path = "dir/acme.yaml",
): { names: string[]; problems: string[]; warnings: string[] } {
  const { policies, problems, warnings } = readPolicies([{ path, text }], tier);
  return {
    names: policies.map(({ name }) => name),
    problems: problems.map(describePolicyProblem),
    warnings: warnings.map(describePolicyProblem),
  };
}

const configMap = (data: string, metadata = "name: agent"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {${metadata}}\ndata:\n${data}`;

it("tells amounts of a policy that are likely slips, and takes the policy", () => {
  const amounts = "{ cpu: 500, memory: 400m }";
  const { names, warnings } = read(`version: v1
resources:
  default: { requests: ${amounts}, limits: { memory: 1Gi } }
  min: { memory: 16 }
  max: { cpu: 128, memory: 64Ki }
  classes: { small: { limits: ${amounts} } }
`);

  expect(names).toEqual(["acme"]);
  // What the bounds make of the same amounts is told beside it, and tested with the other lints.
  expect(warnings.filter((warning) => !warning.includes("the policy's own"))).toEqual([
    'dir/acme.yaml:3:26: resources.default.requests.cpu: "500" of cpu is 500 cores; 500m?',
    'dir/acme.yaml:3:36: resources.default.requests.memory: "400m" of memory is 0.4 bytes; 400Mi?',
    'dir/acme.yaml:4:10: resources.min.memory: "16" of memory is 16 bytes; 16Mi?',
    'dir/acme.yaml:5:20: resources.max.memory: "64Ki" of memory is 65536 bytes; 64Mi?',
    'dir/acme.yaml:6:33: resources.classes.small.limits.cpu: "500" of cpu is 500 cores; 500m?',
    'dir/acme.yaml:6:43: resources.classes.small.limits.memory: "400m" of memory is 0.4 bytes; 400Mi?',
  ]);
});

describe("policies are found", () => {
  it.each([
    { about: "by themselves, called what their file is called", text: "version: v1", names: ["acme"] },
    { about: "as JSON", text: '{"version": "v1"}', names: ["acme"] },
    { about: "in a ConfigMap", text: configMap("  policy.yaml: |\n    version: v1\n"), names: ["agent"] },
    {
      about: "in a ConfigMap of Podpecker's namespace",
      text: configMap("  policy.yaml: 'version: v1'", "name: a, namespace: podpecker"),
      names: ["podpecker/a"],
    },
    {
      about: "in a ConfigMap that is named for the cluster",
      text: configMap("  WOODPECKER_BACKEND_K8S_NAMESPACE: ci", "name: agent, namespace: ci"),
      names: ["ci/agent"],
    },
    {
      about: "in a List",
      text: JSON.stringify({
        kind: "List",
        items: ["a", "b"].map((name) => ({
          kind: "ConfigMap",
          metadata: { name },
          data: { "policy.yaml": "version: v1" },
        })),
      }),
      names: ["a", "b"],
    },
    {
      about: "in a ConfigMapList",
      text: JSON.stringify({
        kind: "ConfigMapList",
        items: [{ kind: "ConfigMap", metadata: { name: "a" }, data: { "policy.yaml": "version: v1" } }],
      }),
      names: ["a"],
    },
    {
      about: "in several documents",
      text: `${configMap("  policy.yaml: 'version: v1'", "name: a")}\n---\n${configMap("  policy.yaml: 'version: v1'", "name: b")}`,
      names: ["a", "b"],
    },
  ])("$about", ({ text, names }) => {
    expect(read(text)).toEqual({ names, problems: [], warnings: [] });
  });
});

describe("a problem is told with file, line and column", () => {
  it.each([
    {
      about: "in a bare file",
      text: "version: v1\nlabels:\n  formStep: true\n  set: {a: -b-}\n",
      problems: [
        'dir/acme.yaml:3:3: labels.formStep: is not known here; did you mean "fromStep"?',
        'dir/acme.yaml:4:12: labels.set.a: "-b-" is not a label value: at most 63 letters, digits, `-`, `_`, `.`, with a letter or digit at both ends',
      ],
    },
    {
      about: "in a literal block of a ConfigMap",
      text: configMap(
        "  other: x\n  policy.yaml: |\n    version: v1\n    tolerations:\n      fromStep: [{key: a, effect: Never}]\n",
      ),
      problems: [
        'dir/acme.yaml:9:35: data["policy.yaml"].tolerations.fromStep[0].effect: "Never" is not one of NoSchedule, PreferNoSchedule, NoExecute',
      ],
    },
    {
      about: "in a flow scalar of a ConfigMap",
      text: configMap('  policy.yaml: "version: v1\\nnodeselector: {}"\n'),
      problems: [
        'dir/acme.yaml:5:16: data["policy.yaml"].nodeselector: is not known here; did you mean "nodeSelector"?',
      ],
    },
    {
      about: "in a setting of an agent",
      text: configMap(
        "  WOODPECKER_BACKEND_K8S_POD_LABELS: |\n    a: [b]\n  WOODPECKER_BACKEND_K8S_STORAGE_RWX: 'perhaps'\n",
      ),
      problems: [
        'dir/acme.yaml:6:8: data.WOODPECKER_BACKEND_K8S_POD_LABELS.a: "[b]" is not a label value: at most 63 letters, digits, `-`, `_`, `.`, with a letter or digit at both ends',
        'dir/acme.yaml:7:3: data.WOODPECKER_BACKEND_K8S_STORAGE_RWX: "perhaps" is not true or false',
      ],
    },
    {
      about: "in the second document of a stream",
      text: "version: v1\n---\nversion: v2\n",
      problems: ['dir/acme.yaml:3:10: version: "v2" is not one of v1; did you mean v1?'],
    },
    {
      about: "in an item of a List",
      text: "kind: List\nitems:\n- kind: ConfigMap\n  metadata: {name: a}\n  data:\n    policy.yaml: |\n      version: v1\n      mode: off\n",
      problems: [
        expect.stringMatching(
          /^dir\/acme\.yaml:8:13: items\[0\]\.data\["policy\.yaml"\]\.mode: "off" is not one of /,
        ),
      ],
    },
    {
      about: "where the text is no YAML",
      text: "version: v1\nlabels: {a: b\nmode: enforce",
      problems: [expect.stringMatching(/^dir\/acme\.yaml:\d+:\d+: is not YAML: /)],
    },
    {
      about: "where a ConfigMap's data is no text",
      text: configMap("  WOODPECKER_BACKEND_K8S_SECCTX_NONROOT: true\n"),
      problems: [
        'dir/acme.yaml:5:42: data.WOODPECKER_BACKEND_K8S_SECCTX_NONROOT: "true" is not text; put it in quotes, as a ConfigMap holds text only',
      ],
    },
    {
      about: "where a ConfigMap holds no policy",
      text: configMap("  other: x\n"),
      problems: [
        "dir/acme.yaml:5:3: data: holds neither policy.yaml nor settings of Woodpecker's Kubernetes backend",
      ],
    },
    {
      about: "where a ConfigMap's policy is no text",
      text: configMap("  other: x\nbinaryData:\n  policy.yaml: /w==\n"),
      problems: [
        'dir/acme.yaml:7:3: binaryData["policy.yaml"]: is not read, as a policy is text; save it as UTF-8 and put it under data',
      ],
    },
    {
      about: "where a ConfigMap's policy would write what Podpecker reads",
      text: configMap(
        "  policy.yaml: |\n    version: v1\n    annotations: {set: {podpecker.dev/platform: linux/arm64}}\n",
      ),
      problems: [
        'dir/acme.yaml:7:25: data["policy.yaml"].annotations.set["podpecker.dev/platform"]: is read or written by Podpecker itself; a policy cannot set it',
      ],
    },
    {
      about: "where a ConfigMap has no name",
      text: configMap("  policy.yaml: 'version: v1'", "namespace: podpecker"),
      problems: ["dir/acme.yaml:3:11: metadata.name: is missing; a policy is called by it"],
    },
    {
      about: "where something else is no policy",
      text: "kind: Secret\ndata: {}\n",
      problems: [
        'dir/acme.yaml:1:7: kind: "Secret" is not a kind that holds policies; a ConfigMap is, or a List of them, or a policy by itself',
      ],
    },
    {
      about: "where there is nothing",
      text: "# soon\n",
      problems: [expect.stringMatching(/^dir\/acme\.yaml/)],
    },
    {
      about: "where a policy would write what Podpecker reads",
      text: "version: v1\nannotations: {set: {podpecker.dev/platform: linux/arm64}}\n",
      problems: [
        expect.stringContaining(
          'annotations.set["podpecker.dev/platform"]: is read or written by Podpecker itself; a policy cannot set it',
        ),
      ],
    },
  ])("$about", ({ text, problems }) => {
    expect(read(text).problems).toEqual(problems);
  });

  it("all of them at once, from several files", () => {
    const { policies, problems } = readPolicies(
      [
        { path: "a.yaml", text: "version: v1\nmode: x\npriority: high\nlables: {}\n" },
        { path: "b.yaml", text: "version: v1\n" },
        { path: "c.yaml", text: "{" },
      ],
      tier,
    );

    expect(policies.map(({ name }) => name)).toEqual(["b"]);
    expect(problems.map(({ origin }) => origin)).toEqual(["a.yaml", "a.yaml", "a.yaml", "c.yaml"]);
  });

  it("where two policies have one name", () => {
    const texts = ["x/a.yaml", "y/a.yml"].map((path) => ({ path, text: "version: v1" }));

    expect(readPolicies(texts, tier).problems.map(describePolicyProblem)).toEqual([
      'y/a.yml: "a" is the name of another policy already, in x/a.yaml',
    ]);
  });
});

describe("a form that no policy has", () => {
  it.each([
    { text: "{}", problem: "version: is missing" },
    { text: "[]", problem: "is not a map with the keys version" },
    { text: "5", problem: '"5" is not a map with the keys version' },
    {
      text: "version: v1\nlabels: 5",
      problem: 'labels: "5" is not a map with the keys set, default, fromStep',
    },
    {
      text: "version: v1\nmatch: {repo: [a]}",
      problem: 'match.repo: is not known here; did you mean "repos"?',
    },
    { text: "version: v1\nmatch: {repos: a}", problem: 'match.repos: "a" is not a list' },
    {
      text: "version: v1\npriority: 1e9",
      problem: 'priority: "1e9" is not a whole number from -1000000 to 1000000',
    },
    {
      text: "version: v1\nplatform: linux",
      problem: 'platform: "linux" is not a platform such as linux/arm64',
    },
    {
      text: "version: v1\nimagePullSecrets: {fromStep: true}",
      problem: "imagePullSecrets.fromStep: is not known here; known are set, default",
    },
    {
      text: "version: v1\nresources: {max: {cpu: 0, nvidia.com/gpu: 0}}",
      problem: 'resources.max.cpu: "0" is no bound, as a limit of 0 is no limit to a kubelet',
    },
    {
      text: "version: v1\nresources: {max: {cpu: -8}}",
      problem: 'resources.max.cpu: "-8" is not a quantity',
    },
    {
      text: "version: v1\nresources: {maxLimitRequestRatio: {cpu: 0.5}}",
      problem: 'resources.maxLimitRequestRatio.cpu: "0.5" is not a ratio: a number from 1 up',
    },
    {
      text: "version: v1\nresources: {classes: {gpu: {limits: {nvidia.com/gpu: 0.5}, nodeSelector: {'a b': c}}}}",
      problem: "is not a whole number, as such a resource must be",
    },
    {
      text: "version: v1\nsecurityContext: {podSecurityStandard: strict}",
      problem: 'securityContext.podSecurityStandard: "strict" is not one of privileged, baseline, restricted',
    },
    {
      text: "version: v1\nresources: {default: {requests: {cpu: 2}, limits: {cpu: 1}}}",
      problem: "is above its limit",
    },
    {
      text: "version: v1\nvolumes: {set: [{name: a, mountPath: /a}]}",
      problem: "is not a volume with exactly one source",
    },
    {
      text: "version: v1\nvolumes: {set: [{name: a, mountPath: /a, emptyDir: {}, nfs: {}}]}",
      problem: "is not a volume with exactly one source",
    },
    {
      text: "version: v1\nhostAliases: {set: [{ip: 300.1.1.1, hostnames: [a]}]}",
      problem: 'hostAliases.set[0].ip: "300.1.1.1" is not an IP address',
    },
    {
      text: "version: v1\nhostAliases: {set: [{ip: 10.0.0.1, hostnames: []}]}",
      problem: 'hostAliases.set[0].hostnames: "[]" is not a list with at least one host name',
    },
    ...["/a", "../a", "a/..", '""'].map((subPath) => ({
      text: `version: v1\nvolumes: {set: [{name: a, mountPath: /a, emptyDir: {}, subPath: ${subPath}}]}`,
      problem: "is not a path inside the volume, without `..`",
    })),
    {
      text: 'version: v1\ndnsConfig: {set: {options: [{name: ""}]}}',
      problem: 'dnsConfig.set.options[0].name: "" is not a name',
    },
    {
      text: `version: v1\ndnsConfig: {set: {searches: [${Array(10).fill("a".repeat(250)).join(", ")}]}}`,
      problem: "is longer than 2048 characters in all, which the API server refuses",
    },
    {
      text: `version: v1\nsecurityContext: {set: {apparmorProfile: {type: Localhost, localhostProfile: ${"a".repeat(4096)}}}}`,
      problem: "is longer than 4095 bytes, which the API server refuses",
    },
    {
      text: "version: v1\nresources: {set: {limits: {cpu: 1, hugepages-2Mi: 1Mi}}}",
      problem: 'hugepages-2Mi: "1Mi" is not a multiple of the size of its pages',
    },
    {
      text: "version: v1\nsecurityContext: {fromStep: {privileged: {image: [a]}}}",
      problem: 'privileged.image: is not known here; did you mean "images"?',
    },
    {
      text: "version: v1\nsecurityContext: {apparmor: both}",
      problem: 'securityContext.apparmor: "both" is not one of field, annotation',
    },
    {
      text: "version: v1\nenv: {set: {1A: x}}",
      problem: 'env.set.1A: "1A" is not the name of an environment variable',
    },
    { text: "version: v1\n__proto__: {}", problem: 'the key "__proto__" is not allowed' },
    { text: "version: v1\nconstructor: {}", problem: "constructor: is not known here" },
  ])("$text", ({ text, problem }) => {
    const { names, problems } = read(text);

    expect(names).toEqual([]);
    expect(problems.join("\n").replaceAll('["1A"]', ".1A")).toContain(problem);
  });
});

describe("a word is worth", () => {
  it.each([
    {
      about: "an unknown setting of the agent",
      text: configMap("  WOODPECKER_BACKEND_K8S_POD_LABLES: 'a: b'\n  WOODPECKER_SERVER: x\n"),
      warnings: [
        expect.stringContaining(
          'data.WOODPECKER_BACKEND_K8S_POD_LABLES: is not a setting that is known here; did you mean "WOODPECKER_BACKEND_K8S_POD_LABELS"?',
        ),
      ],
    },
    {
      about: "a setting that has the name of an object's member",
      text: configMap("  WOODPECKER_BACKEND_K8S_constructor: 'a: b'\n  WOODPECKER_BACKEND_K8S_toString: x\n"),
      warnings: [
        expect.stringContaining("WOODPECKER_BACKEND_K8S_constructor: is not a setting that is known here"),
        expect.stringContaining("WOODPECKER_BACKEND_K8S_toString: is not a setting that is known here"),
      ],
    },
    {
      about: "a workspace of ten bytes",
      text: "version: v1\nworkspace: {size: 10}\n",
      warnings: [expect.stringContaining('workspace.size: "10" of storage is 10 bytes; 10Gi?')],
    },
  ])("$about", ({ text, warnings }) => {
    const { names, problems, warnings: told } = read(text);

    expect({ count: names.length, problems, warnings: told }).toEqual({ count: 1, problems: [], warnings });
  });
});
