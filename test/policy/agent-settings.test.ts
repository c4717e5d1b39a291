import { describe, expect, it } from "vitest";

import { readAgentSettings } from "#src/policy/agent-settings.ts";
import { describeProblem } from "#src/text/problem.ts";

const PREFIX = "WOODPECKER_BACKEND_K8S_";

function read(settings: Record<string, string>): {
  document: unknown;
  problems: string[];
  warnings: string[];
} {
  const data = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${PREFIX}${key}`, value]));
  const { document, problems, warnings } = readAgentSettings(data);
  return { document, problems: problems.map(describeProblem), warnings: warnings.map(describeProblem) };
}

const own = { version: "v1", match: { namespaces: ["woodpecker"] } };

describe("each setting becomes a part of a policy", () => {
  it.each<{ key: string; value: string; becomes: object }>([
    { key: "NAMESPACE", value: " ci ", becomes: { match: { namespaces: ["ci"] } } },
    { key: "NAMESPACE", value: "", becomes: {} },
    {
      key: "NAMESPACE_PER_ORGANIZATION",
      value: "true",
      becomes: { match: { namespaces: ["woodpecker-*"] } },
    },
    { key: "NAMESPACE_PER_ORGANIZATION", value: "F", becomes: {} },
    { key: "VOLUME_SIZE", value: "10G", becomes: { workspace: { size: "10G" } } },
    { key: "STORAGE_CLASS", value: "fast", becomes: { workspace: { storageClass: "fast" } } },
    { key: "STORAGE_CLASS", value: "", becomes: {} },
    { key: "STORAGE_RWX", value: "0", becomes: { workspace: { accessMode: "ReadWriteOnce" } } },
    { key: "STORAGE_RWX", value: "T", becomes: { workspace: { accessMode: "ReadWriteMany" } } },
    {
      key: "POD_LABELS",
      value: '{"a": "b", "c": true}',
      becomes: { labels: { set: { a: "b", c: "true" } } },
    },
    { key: "POD_LABELS", value: "a: 1.10", becomes: { labels: { set: { a: "1.10" } } } },
    { key: "POD_LABELS_ALLOW_FROM_STEP", value: "TRUE", becomes: { labels: { fromStep: true } } },
    { key: "POD_LABELS_ALLOW_FROM_STEP", value: "false", becomes: { labels: { fromStep: false } } },
    { key: "POD_ANNOTATIONS", value: "a: b", becomes: { annotations: { set: { a: "b" } } } },
    {
      key: "POD_ANNOTATIONS_ALLOW_FROM_STEP",
      value: "true",
      becomes: { annotations: { fromStep: true }, trustAnnotations: false },
    },
    { key: "POD_ANNOTATIONS_ALLOW_FROM_STEP", value: "false", becomes: { annotations: { fromStep: false } } },
    { key: "POD_NODE_SELECTOR", value: "a: b", becomes: { nodeSelector: { default: { a: "b" } } } },
    {
      key: "POD_NODE_SELECTOR_ALLOW_FROM_STEP",
      value: "true",
      becomes: { nodeSelector: { fromStep: true } },
    },
    {
      key: "POD_TOLERATIONS",
      value: "[{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60}]",
      becomes: {
        tolerations: {
          default: [{ key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60 }],
        },
      },
    },
    { key: "POD_TOLERATIONS_ALLOW_FROM_STEP", value: "false", becomes: { tolerations: { fromStep: false } } },
    {
      key: "POD_AFFINITY",
      value: "{nodeAffinity: {}}",
      becomes: { affinity: { default: { nodeAffinity: {} } } },
    },
    { key: "POD_AFFINITY_ALLOW_FROM_STEP", value: "true", becomes: { affinity: { fromStep: true } } },
    {
      key: "RUNTIME_CLASS_ALLOW_FROM_STEP",
      value: "false",
      becomes: { runtimeClassName: { fromStep: false } },
    },
    {
      key: "SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP",
      value: "true",
      becomes: { serviceAccountName: { fromStep: true } },
    },
    { key: "SECCTX_NONROOT", value: "true", becomes: { securityContext: { set: { runAsNonRoot: true } } } },
    { key: "SECCTX_NONROOT", value: "false", becomes: {} },
    { key: "PULL_SECRET_NAMES", value: " a , b,,", becomes: { imagePullSecrets: { set: ["a", "b"] } } },
    { key: "PULL_SECRET_NAMES", value: "", becomes: {} },
    { key: "ALLOW_NATIVE_SECRETS", value: "1", becomes: { secrets: { fromStep: true } } },
    { key: "PRIORITY_CLASS", value: "ci-low", becomes: { priorityClassName: { set: "ci-low" } } },
    { key: "CLUSTER_DOMAIN", value: "cluster.local", becomes: {} },
    { key: "STOP_TIMEOUT", value: "20", becomes: {} },
    { key: "PERMISSION_INIT_IMAGE", value: "busybox", becomes: {} },
  ])("$key=$value", ({ key, value, becomes }) => {
    expect(read({ [key]: value })).toEqual({ document: { ...own, ...becomes }, problems: [], warnings: [] });
  });
});

describe("a bad value is told by its key", () => {
  it.each([
    { key: "NAMESPACE_PER_ORGANIZATION", value: "yes", problem: '"yes" is not true or false' },
    { key: "VOLUME_SIZE", value: "ten", problem: '"ten" is not a size' },
    { key: "VOLUME_SIZE", value: "0", problem: '"0" is not a size' },
    { key: "STORAGE_RWX", value: "on", problem: '"on" is not true or false' },
    { key: "POD_LABELS", value: "[a]", problem: '"[a]" is not a map' },
    { key: "POD_LABELS", value: "a: [b]", problem: '.a: "[b]" is not a label value' },
    { key: "POD_LABELS", value: "{", problem: "is not YAML" },
    { key: "POD_LABELS", value: "5", problem: '"5" is not a map' },
    { key: "POD_LABELS_ALLOW_FROM_STEP", value: "maybe", problem: '"maybe" is not true or false' },
    { key: "POD_ANNOTATIONS", value: '{"a b": c}', problem: '"a b" is not an annotation key' },
    { key: "POD_ANNOTATIONS_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    { key: "POD_NODE_SELECTOR", value: "a: b c", problem: '.a: "b c" is not a node label' },
    { key: "POD_NODE_SELECTOR_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    { key: "POD_TOLERATIONS", value: "{key: a}", problem: '"{key: a}" is not a list' },
    {
      key: "POD_TOLERATIONS",
      value: "[{key: a, effect: Never}]",
      problem: '[0].effect: "Never" is not one of',
    },
    { key: "POD_TOLERATIONS_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    {
      key: "POD_AFFINITY",
      value: "{nodeAffinty: {}}",
      problem: '.nodeAffinty: is not known here; did you mean "nodeAffinity"?',
    },
    { key: "POD_AFFINITY_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    { key: "RUNTIME_CLASS_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    { key: "SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP", value: "x", problem: '"x" is not true or false' },
    { key: "SECCTX_NONROOT", value: "x", problem: '"x" is not true or false' },
    { key: "PULL_SECRET_NAMES", value: "ok, Not_Ok", problem: '"Not_Ok" is not the name of a Secret' },
    { key: "ALLOW_NATIVE_SECRETS", value: "x", problem: '"x" is not true or false' },
    { key: "PRIORITY_CLASS", value: "Not_Ok", problem: '"Not_Ok" is not the name of a PriorityClass' },
  ])("$key=$value", ({ key, value, problem }) => {
    const { document, problems } = read({ [key]: value });

    expect(document).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`data.${PREFIX}${key}`);
    expect(problems[0]).toContain(problem);
  });

  it("all of them at once", () => {
    expect(
      read({ POD_LABELS: "[", STORAGE_RWX: "x", VOLUME_SIZE: "x", SECCTX_NONROOT: "x" }).problems,
    ).toHaveLength(4);
  });
});

it("leaves alone what is no setting of the Kubernetes backend", () => {
  expect(readAgentSettings({ WOODPECKER_SERVER: "x", "policy.yaml": "version: v1" })).toEqual({
    problems: [],
    warnings: [],
  });
});

it.each([
  { key: "POD_LABLES", near: "POD_LABELS" },
  { key: "ALLOW_NATIVE_SECRET", near: "ALLOW_NATIVE_SECRETS" },
])("tells of the unknown key $key, but reads the others", ({ key, near }) => {
  const { document, problems, warnings } = read({ [key]: "x", NAMESPACE: "ci" });

  expect({ document, problems }).toEqual({
    document: { version: "v1", match: { namespaces: ["ci"] } },
    problems: [],
  });
  expect(warnings).toEqual([
    `data.${PREFIX}${key}: is not a setting that is known here; did you mean "${PREFIX}${near}"?`,
  ]);
});

it("names the namespaces of organisations by the agent's", () => {
  expect(read({ NAMESPACE: "CI", NAMESPACE_PER_ORGANIZATION: "true" }).document).toEqual({
    version: "v1",
    match: { namespaces: ["ci-*"] },
  });
});
