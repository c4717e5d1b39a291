import { describe, expect, it } from "vitest";

import { APPLIED, MIRROR } from "#src/engine/annotations.ts";
import { find, readYaml, WebhookConfiguration } from "./manifests.ts";

const [pods, ...otherChanging] = find(
  "MutatingWebhookConfiguration",
  "podpecker",
  WebhookConfiguration,
).webhooks;
const [validation, policies, ...otherJudging] = find(
  "ValidatingWebhookConfiguration",
  "podpecker",
  WebhookConfiguration,
).webhooks;

it("are one that changes Pods, one that judges them, and one for policies", () => {
  expect([otherChanging, otherJudging]).toEqual([[], []]);
});

// An object without these does not exist.
const ALWAYS_THERE = ["object.metadata", "request.userInfo"];

/** The members in an expression that may be absent, and that nothing before them asked for by has(). */
function unguarded(expression: string): string[] {
  const bare = expression.replaceAll(/'[^']*'/g, "''");
  const used = [...bare.matchAll(/(has\()?\b((?:object|request)(?:\.\w+)+)(\()?/g)];
  const asked = new Set(ALWAYS_THERE);
  return used.flatMap(([, has, path = "", call]) => {
    const member = call === undefined ? path : path.slice(0, path.lastIndexOf("."));
    const parent = member.slice(0, member.lastIndexOf("."));
    if (has !== undefined) asked.add(member);
    const isSafe = asked.has(member) && (parent === "object" || parent === "request" || asked.has(parent));
    return isSafe ? [] : [member];
  });
}

describe("the webhook for Pods", () => {
  it("is asked about creations of Pods and about nothing else", () => {
    expect(pods).toMatchObject({
      name: "pods.podpecker.dev",
      admissionReviewVersions: ["v1"],
      matchPolicy: "Equivalent",
      rules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE"],
          resources: ["pods"],
          scope: "Namespaced",
        },
      ],
    });
  });

  it("is for namespaces that an admin chose, and never for those that it must start in", () => {
    expect(pods["namespaceSelector"]).toEqual({
      matchLabels: { "podpecker.dev/enabled": "true" },
      matchExpressions: [
        {
          key: "kubernetes.io/metadata.name",
          operator: "NotIn",
          values: ["podpecker", "kube-system", "kube-node-lease"],
        },
      ],
    });
    expect(pods).not.toHaveProperty("objectSelector");
  });

  it("is called again after others, has no side effect in a dry run, is quick, and lets no Pod by", () => {
    expect(pods).toMatchObject({
      reinvocationPolicy: "IfNeeded",
      sideEffects: "NoneOnDryRun",
      timeoutSeconds: 5,
      failurePolicy: "Fail",
    });
  });

  it("spares the Pods that the engine takes for mirrors, and asks about the creator first", () => {
    expect(pods.matchConditions?.map(({ name }) => name)).toEqual(["not-a-mirror"]);
    const expression = pods.matchConditions?.[0]?.expression ?? "";

    expect(expression).toContain(`'${MIRROR}' in object.metadata.annotations`);
    expect(expression).toContain("request.userInfo.username.startsWith('system:node:')");
    expect(expression).toContain("has(object.spec.nodeName)");
    expect(expression).toMatch(/^!\([^|]*\)$/);
    expect(expression).not.toContain(APPLIED);
  });
});

describe("the webhook that judges Pods", () => {
  const rule = { apiGroups: [""], apiVersions: ["v1"], scope: "Namespaced" };

  it("is asked about resizes and ephemeral containers, of the Pods that are decided about", () => {
    expect(validation).toMatchObject({
      name: "pod-validation.podpecker.dev",
      clientConfig: { service: { path: "/validate-pod" } },
      rules: [{ ...rule, operations: ["UPDATE"], resources: ["pods/resize", "pods/ephemeralcontainers"] }],
    });
    for (const member of ["admissionReviewVersions", "matchPolicy", "namespaceSelector", "matchConditions"])
      expect([member, validation[member]]).toEqual([member, pods[member]]);
    expect(validation).not.toHaveProperty("objectSelector");
  });

  it("has no side effect in a dry run, is quick, and lets no change by", () => {
    expect(validation).toMatchObject({
      sideEffects: "NoneOnDryRun",
      timeoutSeconds: 5,
      failurePolicy: "Fail",
    });
  });

  it("is asked about creations as well where a component says so, as the first one is", () => {
    const [patch] = readYaml("manifests/components/validate-creations/creations.yaml");

    expect(patch).toEqual([
      { op: "test", path: "/webhooks/0/name", value: validation.name },
      {
        op: "add",
        path: "/webhooks/0/rules/-",
        value: { ...rule, operations: ["CREATE"], resources: ["pods"] },
      },
    ]);
  });
});

describe("the webhook for policies", () => {
  it("is asked about policies wherever they are, and keeps nobody from putting them right", () => {
    expect(policies).toMatchObject({
      name: "policies.podpecker.dev",
      admissionReviewVersions: ["v1"],
      matchPolicy: "Equivalent",
      rules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: ["configmaps"],
          scope: "Namespaced",
        },
      ],
      objectSelector: { matchLabels: { "podpecker.dev/policy": "true" } },
      namespaceSelector: {},
      sideEffects: "None",
      timeoutSeconds: 5,
      failurePolicy: "Ignore",
    });
  });
});

describe("the conditions", () => {
  const [patches] = readYaml("manifests/components/by-exclusion/namespaces.yaml") as [
    readonly { readonly value: { readonly name?: string; readonly expression?: string } }[],
  ];
  const conditions = [...(pods.matchConditions ?? []), ...patches.map(({ value }) => value)].flatMap(
    ({ name, expression }) => (expression === undefined ? [] : [{ name, expression }]),
  );

  it.each(conditions)("$name cannot err", ({ expression }) => {
    expect(expression).toContain("has(");
    expect(unguarded(expression)).toEqual([]);
  });

  it.each(["object.spec.nodeName != ''", "has(object.spec.nodeName)", "request.namespace.startsWith('a')"])(
    "would be found unguarded: %s",
    (expression) => {
      expect(unguarded(expression)).not.toEqual([]);
    },
  );
});
