import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type ReviewedRequest } from "#src/admission/answer.ts";
import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { answerReview } from "#src/admission/review.ts";
import { allOutcomesOf } from "#src/audit/outcomes.ts";
import { redactReview } from "#src/audit/redact.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type PolicySet } from "#src/policy/policy-set.ts";
import { layers, options, pod } from "#test/engine/arbitrary.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";
import { withSecrets } from "./secrets.ts";

const facts = { namespace: "ci", user: "agent", now: NOW };

function recorded(one: Pod, policies: PolicySet): string {
  const request = {
    uid: "u1",
    kind: { group: "", version: "v1", kind: "Pod" },
    resource: { group: "", version: "v1", resource: "pods" },
    operation: "CREATE",
    namespace: "ci",
    name: "build",
    userInfo: {
      username: "agent",
      uid: "42",
      groups: ["system:authenticated"],
      extra: { token: ["s3cr3t-extra"] },
    },
    dryRun: false,
    options: { kind: "CreateOptions" },
    object: one,
  };
  const reviewed: ReviewedRequest = { pod: one, decision: decide(one, facts, policies), request };
  const spoken = [policies, policies.audited].flatMap((set) => set?.select(one, facts) ?? []);
  return JSON.stringify(redactReview(reviewed, spoken));
}

/** What is told, by whom and about what; the words may quote what is not there any more. */
function told(decision: Decision | undefined): unknown {
  if (decision === undefined) return undefined;
  const { outcome, policies, digest, findings, changes, audited } = decision;
  return {
    outcome,
    policies,
    digest,
    findings: findings.map(({ code, rule, path }) => [code, rule, path]),
    changes: changes.map(({ pointer, rule, asked }) => [pointer, rule, asked]),
    outcomes: allOutcomesOf(decision),
    audited: told(audited),
  };
}

describe("a review that was recorded", () => {
  it("is decided about as the original, and has none of its secrets", () => {
    fc.assert(
      fc.property(
        pod,
        layers,
        options,
        fc.record({ trustPod: fc.boolean(), mode: fc.constantFrom("enforce", "audit") }),
        (one, documents, asked, { trustPod, mode }) => {
          const policies = policiesOf([
            { trustPod },
            ...documents.map((document) => ({ ...document, mode })),
          ]);
          const original = withText(withSecrets(one), JSON.stringify({ ...asked }));

          const text = recorded(original, policies);
          const { reviewed } = answerReview(text, policies, { now: NOW });

          expect(text).not.toContain("s3cr3t");
          expect(told(reviewed?.decision)).toEqual(told(decide(original, facts, policies)));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("is decided about as the original once more, as it comes back from other webhooks", () => {
    fc.assert(
      fc.property(pod, layers, options, (one, documents, asked) => {
        const policies = policiesOf(documents);
        const { pod: original } = decide(withText(one, JSON.stringify(asked)), facts, policies);

        const { reviewed } = answerReview(recorded(original, policies), policies, { now: NOW });

        expect(told(reviewed?.decision)).toEqual(told(decide(original, facts, policies)));
      }),
      { numRuns: runs(50) },
    );
  });

  const step = (more: object, spec: object = {}): Pod => ({
    metadata: { name: "build" },
    spec: { containers: [{ name: "build", image: "alpine", ...more }], ...spec },
  });
  const env = [
    { name: "ARCH", value: "arm64" },
    { name: "PASSWORD", value: "s3cr3t" },
    { name: "PLUGIN_REPO", value: "s3cr3t" },
    { name: "CI_SYSTEM_PLATFORM", value: "linux/arm64" },
    { name: "EMPTY", value: "" },
    { name: "PROXY", value: "http://proxy" },
    { name: "OTHER", value: "not the policy's" },
    { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
  ];
  const policies = policiesOf([{ env: { set: { PROXY: "http://proxy", OTHER: "of the policy" } } }]);

  it("keeps of variables what the options refer to, the platform, and what a policy sets", () => {
    const text = recorded(
      withText(step({ env }), '{nodeSelector: {arch: "${ARCH} ${PLUGIN_REPO:-x}"}}'),
      policies,
    );

    expect((JSON.parse(text) as { request: { object: Pod } }).request.object.spec.containers[0]?.env).toEqual(
      [
        { name: "ARCH", value: "arm64" },
        { name: "PASSWORD", value: "(redacted)" },
        { name: "PLUGIN_REPO", value: "(redacted)" },
        { name: "CI_SYSTEM_PLATFORM", value: "linux/arm64" },
        { name: "EMPTY", value: "" },
        { name: "PROXY", value: "http://proxy" },
        { name: "OTHER", value: "(redacted)" },
        { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
      ],
    );
  });

  it("keeps of a plugin that it has commands, and not which", () => {
    const run = { exec: { command: ["sh", "-c", "x"] } };
    const get = { httpGet: { path: "/?token=x", port: 80, httpHeaders: [{ name: "A", value: "x" }] } };
    const text = recorded(
      step({
        command: ["a", "b"],
        args: [],
        lifecycle: { preStop: run },
        livenessProbe: get,
        workingDir: "/w",
      }),
      policies,
    );

    expect(JSON.parse(text)).toMatchObject({
      request: {
        object: {
          spec: {
            containers: [
              {
                command: ["(redacted)", "(redacted)"],
                args: [],
                lifecycle: { preStop: { exec: { command: ["(redacted)", "(redacted)", "(redacted)"] } } },
                livenessProbe: {
                  httpGet: {
                    path: "(redacted)",
                    port: 80,
                    httpHeaders: [{ name: "A", value: "(redacted)" }],
                  },
                },
                workingDir: "/w",
              },
            ],
          },
        },
      },
    });
  });

  it("has of the request what a decision needs, and nothing else", () => {
    const { request, ...review } = JSON.parse(recorded(step({}), policies)) as {
      request: { object: unknown };
    };

    expect(review).toEqual({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" });
    expect({ ...request, object: undefined }).toEqual({
      uid: "u1",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      operation: "CREATE",
      namespace: "ci",
      name: "build",
      userInfo: { username: "agent" },
      dryRun: false,
      object: undefined,
    });
  });

  it("masks what drivers of volumes are told", () => {
    const csi = {
      driver: "d",
      volumeAttributes: { password: "s3cr3t" },
      nodePublishSecretRef: { name: "n" },
    };
    const volumes = [
      { name: "v", csi },
      { name: "f", flexVolume: { driver: "x", options: { pw: "s3cr3t" } } },
    ];

    const { request } = JSON.parse(recorded(step({}, { volumes }), policies)) as {
      request: { object: { spec: { volumes: unknown } } };
    };

    expect(request.object.spec.volumes).toEqual([
      { name: "v", csi: { ...csi, volumeAttributes: { password: "(redacted)" } } },
      { name: "f", flexVolume: { driver: "x", options: { pw: "(redacted)" } } },
    ]);
  });

  it("masks annotations of which neither options nor policy speak", () => {
    const annotations = {
      "podpecker.dev/platform": "linux/arm64",
      "podpecker.dev/applied": '{"changes":[]}',
      "example.com/asked": "kept",
      "example.com/manifest": "ünd",
    };
    const one = { ...step({}), metadata: { name: "build", annotations } };
    const text = recorded(withText(one, "annotations: {example.com/asked: x}"), policies);

    expect((JSON.parse(text) as { request: { object: Pod } }).request.object.metadata?.annotations).toEqual({
      "podpecker.dev/platform": "linux/arm64",
      "podpecker.dev/applied": "**************",
      "podpecker.dev/backend-options": "annotations: {example.com/asked: x}",
      "example.com/asked": "kept",
      "example.com/manifest": "****",
    });
  });
});
