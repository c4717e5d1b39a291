import { describe, expect, it } from "vitest";

import { readBackendOptions } from "#src/admission/backend-options.ts";
import { describeFinding } from "#src/engine/finding.ts";

function read(
  text: string | undefined,
  variables: Readonly<Record<string, string>> = {},
): { values: unknown; findings: string[] } {
  const { options, findings } = readBackendOptions(text, () => new Map(Object.entries(variables)));
  return { values: options?.values, findings: findings.map((one) => `${one.code}: ${describeFinding(one)}`) };
}

describe("the forms", () => {
  it.each([
    { text: undefined, values: {} },
    { text: "", values: {} },
    { text: " \n\t", values: {} },
    { text: "null", values: {} },
    { text: "{}", values: {} },
    { text: "runtimeClassName: kata", values: { runtimeClassName: "kata" } },
    { text: '{"runtimeClassName": "kata"}', values: { runtimeClassName: "kata" } },
    { text: "kubernetes: {runtimeClassName: kata}", values: { runtimeClassName: "kata" } },
    { text: "backend_options: {kubernetes: {runtimeClassName: kata}}", values: { runtimeClassName: "kata" } },
    {
      text: "backend_options: {docker: {a: b}, kubernetes: {runtimeClassName: kata}}",
      values: { runtimeClassName: "kata" },
    },
    { text: "backend_options: {docker: {a: b}}", values: {} },
    { text: "kubernetes:", values: {} },
    { text: "backend_options:", values: {} },
    {
      text: "{runtimeClassName: ~, resources: {requests: ~}, securityContext: {capabilities: {drop: ~}}}",
      values: { resources: {}, securityContext: { capabilities: {} } },
    },
    { text: "labels: {a: ~}", values: { labels: { a: "" } } },
  ])("$text", ({ text, values }) => {
    expect(read(text)).toEqual({ values, findings: [] });
  });
});

describe("values as people write them", () => {
  it.each([
    {
      text: "resources: {requests: {cpu: 1, memory: 1073741824}}",
      values: { resources: { requests: { cpu: "1", memory: "1073741824" } } },
    },
    { text: "resources: {requests: {cpu: 0.5}}", values: { resources: { requests: { cpu: "500m" } } } },
    {
      text: "resources: {limits: {cpu: 1000m, memory: 1024Mi}}",
      values: { resources: { limits: { cpu: "1", memory: "1Gi" } } },
    },
    {
      text: "labels: {a: 7, b: 1.10, c: 0x1F, d: 12345678901234567890, e: 007}",
      values: { labels: { a: "7", b: "1.10", c: "0x1F", d: "12345678901234567890", e: "007" } },
    },
    {
      text: "securityContext: {runAsUser: '1000', privileged: 'true'}",
      values: { securityContext: { runAsUser: 1000, privileged: true } },
    },
    { text: "hostUsers: 'false'", values: { hostUsers: false } },
    { text: "tolerations: [{key: a, value: 7}]", values: { tolerations: [{ key: "a", value: "7" }] } },
    {
      text: "volumes: ['a.b:/c/d:ro']",
      values: { volumes: [{ claim: "a.b", mountPath: "/c/d", readOnly: true }] },
    },
  ])("$text", ({ text, values }) => {
    expect(read(text)).toEqual({ values, findings: [] });
  });

  it.each([
    { text: "labels: {a: true}", as: "true" },
    { text: "annotations: {a: false}", as: "false" },
    { text: "nodeSelector: {a: True}", as: "true" },
  ])("$text is the text $as, never a number, and that is told", ({ text, as }) => {
    const { values, findings } = read(text);

    expect(Object.values(values as object)).toEqual([{ a: as }]);
    expect(findings).toEqual([expect.stringContaining("boolean-as-text")]);
  });
});

describe("variables", () => {
  const variables = {
    ONE: "1",
    EMPTY: "",
    ARCH: "arm64",
    PLUGIN_KEY: "hunter2",
    TRICK: "${ONE}",
    "odd-name": "x",
  };

  it.each([
    { written: "${ARCH}", value: "arm64" },
    { written: "linux-${ARCH}-${ONE}", value: "linux-arm64-1" },
    { written: "${NOWHERE:-a}", value: "a" },
    { written: "${EMPTY:-a}", value: "a" },
    { written: "${ONE:-a}", value: "1" },
    { written: "${NOWHERE:-}", value: "" },
    { written: "${EMPTY}", value: "" },
    { written: "$${ARCH}", value: "${ARCH}" },
    { written: "$ARCH $$ARCH {ARCH} $", value: "$ARCH $$ARCH {ARCH} $" },
    { written: "$$${ARCH}", value: "$${ARCH}" },
    { written: "${TRICK}", value: "${ONE}" },
    { written: "${PLUGIN_KEY:-none}", value: "none" },
    { written: "${NOWHERE:-a:-b}", value: "a:-b" },
  ])("$written is $value", ({ written, value }) => {
    expect(read(JSON.stringify({ annotations: { a: written } }), variables)).toEqual({
      values: { annotations: { a: value } },
      findings: [],
    });
  });

  it.each([
    { written: "${NOWHERE}", told: "refers to NOWHERE, which is not set in the step's environment" },
    { written: "${PLUGIN_KEY}", told: "refers to PLUGIN_KEY, which options never see" },
    { written: "${}", told: "has ${ without a name" },
    { written: "${odd-name}", told: "has ${ without a name" },
    { written: "${ARCH", told: "has ${ without a name" },
    { written: "${ARCH-x}", told: "has ${ without a name" },
    { written: "${ARCH:?x}", told: "has ${ without a name" },
    { written: "${1}", told: "has ${ without a name" },
    { written: "${NOWHERE:-${ONE}}", told: "has ${" },
    { written: "${ONE:-${ARCH}}", told: "has ${" },
  ])("$written denies", ({ written, told }) => {
    const { values, findings } = read(JSON.stringify({ annotations: { a: written } }), variables);

    expect(values).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`annotations.a: ${JSON.stringify(written)} ${told}`);
  });

  it("are typed after they are replaced", () => {
    const text = '{"resources": {"requests": {"cpu": "${ONE}"}}, "securityContext": {"runAsUser": "${ONE}"}}';

    expect(read(text, variables).values).toEqual({
      resources: { requests: { cpu: "1" } },
      securityContext: { runAsUser: 1 },
    });
  });

  it("are read anew where their values differ, though the text is the same", () => {
    const text = "nodeSelector: {a: '${ARCH}'}";

    expect(read(text, { ARCH: "x" }).values).toEqual({ nodeSelector: { a: "x" } });
    expect(read(text, { ARCH: "y" }).values).toEqual({ nodeSelector: { a: "y" } });
    expect(read(text).values).toBeUndefined();
    expect(read(text, { ARCH: "x" }).values).toEqual({ nodeSelector: { a: "x" } });
  });

  it("are never quoted, whatever is wrong", () => {
    const everywhere = {
      labels: { a: "${SECRET}" },
      nodeSelector: { a: "${SECRET}" },
      tolerations: [
        {
          key: "${SECRET}",
          operator: "${SECRET}",
          value: "${SECRET}",
          effect: "${SECRET}",
          tolerationSeconds: "${SECRET}",
        },
      ],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "${SECRET}", operator: "${SECRET}" }] }],
          },
        },
      },
      runtimeClassName: "${SECRET}",
      serviceAccountName: "${SECRET}",
      hostUsers: "${SECRET}",
      volumes: ["${SECRET}", "a:${SECRET}"],
      secrets: [{ name: "${SECRET}", key: "${SECRET}", target: { env: "${SECRET}", file: "${SECRET}" } }],
      resources: { requests: { cpu: "${SECRET}" }, limits: { memory: "${SECRET}" } },
      securityContext: {
        runAsUser: "${SECRET}",
        seccompProfile: { type: "${SECRET}", localhostProfile: "${SECRET}" },
        capabilities: { drop: ["${SECRET}"] },
      },
      workspaceVolume: "${SECRET}",
    };
    const { findings } = read(JSON.stringify(everywhere), { SECRET: "/hunter2:!\n../" });

    expect(findings.length).toBeGreaterThan(15);
    expect(findings.join("\n")).not.toContain("hunter2");
  });
});

it.each([
  { about: "64 KiB and one", text: `annotations: {a: "${"x".repeat(64 * 1024)}"}` },
  { about: "1 MiB", text: `annotations: {a: "${"x".repeat(1024 * 1024)}"}` },
])("$about is more than is read", ({ text }) => {
  const { values, findings } = read(text);

  expect(values).toBeUndefined();
  expect(findings).toEqual([
    expect.stringMatching(/^malformed-options: .* is \d+ characters long; 32768 are read at most$/),
  ]);
});

it("counts positions in the text as it stands in the annotation", () => {
  const { findings } = read("backend_options:\n  kubernetes:\n    runtimeClass: kata\n");

  expect(findings).toEqual([
    'unknown-option: runtimeClass: "kata" is not known here; did you mean "runtimeClassName"? (line 3, column 5)',
  ]);
});
