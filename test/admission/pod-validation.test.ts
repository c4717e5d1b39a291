import { describe, expect, it } from "vitest";

import { answerPodValidation } from "#src/admission/pod-validation.ts";
import { podWith, validate } from "#test/admission/live-pod.ts";
import { policiesOf } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const policies = policiesOf([
  { description: "ask #ci", match: { namespaces: ["ci"] }, securityContext: { set: { privileged: false } } },
]);
const privileged = { securityContext: { privileged: true } };
const created = podWith({});
const debugged = podWith(
  {},
  { ephemeralContainers: [{ name: "debugger", image: "busybox", ...privileged }] },
);

describe("a body that is no review", () => {
  it.each(["", "<html>", "[]", '{"apiVersion":"v1","kind":"AdmissionReview","request":{"uid":"u"}}'])(
    "%s is answered with 400 and JSON",
    (body) => {
      const { status, body: text, record } = answerPodValidation(body, policies, { now: NOW });

      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/^the body is not /) as unknown });
      expect(record).toMatchObject({ outcome: "invalid", occasion: "other" });
    },
  );
});

describe("what is not for Podpecker is let pass", () => {
  it.each<{ about: string; changes: object; object?: unknown }>([
    { about: "an update", changes: { operation: "UPDATE" } },
    { about: "a deletion", changes: { operation: "DELETE", object: null } },
    { about: "a change of the status", changes: { operation: "UPDATE", subResource: "status" } },
    { about: "a binding", changes: { operation: "CREATE", subResource: "binding" } },
    { about: "an eviction", changes: { operation: "CREATE", subResource: "eviction" } },
    { about: "a resize of another kind", changes: { kind: { group: "apps", kind: "Deployment" } } },
    { about: "a namespace without a policy", changes: { namespace: "default" } },
    { about: "no object", changes: { object: null } },
    { about: "a Pod of the wrong shape", changes: { object: { spec: { containers: "no" } } } },
  ])("$about", ({ changes }) => {
    const question = { operation: "CREATE", object: podWith(privileged), ...changes };
    const { response, record } = validate(question, policies);

    expect(response).toEqual({ uid: "u-1", allowed: true });
    expect(record.outcome).toBe("untouched");
  });
});

describe("a Pod that a policy is for", () => {
  it("is let pass as it is, never changed", () => {
    const { response, record } = validate({ operation: "CREATE", object: created }, policies);

    expect(response).toEqual({
      uid: "u-1",
      allowed: true,
      auditAnnotations: { policies: "policy-0", digest: record.digest },
    });
    expect(record).toMatchObject({
      occasion: "create",
      outcome: "decided",
      policies: ["policy-0"],
      changes: 0,
    });
  });

  it("is denied with what is wrong, and whom to ask", () => {
    const subResource = "ephemeralcontainers";
    const { response, record } = validate(
      { operation: "UPDATE", subResource, object: debugged, oldObject: created },
      policies,
    );

    expect(response).toMatchObject({ allowed: false, status: { code: 403, reason: "Forbidden" } });
    expect(response.status?.message).toMatch(
      /^podpecker: the Pod says what the policy does not grant\n- spec\.ephemeralContainers\[0\].*\npolicies: policy-0; ask: ask #ci$/,
    );
    expect(response).not.toHaveProperty("patch");
    expect(record).toMatchObject({
      name: "step",
      namespace: "ci",
      occasion: "ephemeralcontainers",
      outcome: "refused",
      findings: { "pod-refused": 1 },
    });
  });
});

describe("a resize that goes against a rule", () => {
  const [large, larger] = ["2", "3"].map((cpu) => podWith({ resources: { limits: { cpu } } }));
  const question = { operation: "UPDATE", subResource: "resize", object: larger, oldObject: large };
  const bounded = policiesOf([{ resources: { max: { cpu: "2" } } }]);

  it("is denied, and counted by its code", () => {
    const { response, record } = validate(question, bounded);

    expect(response.status?.message).toMatch(
      /^podpecker: the Pod goes beyond what the policy allows\n- spec/,
    );
    expect(record).toMatchObject({ occasion: "resize", outcome: "refused" });
    expect(Object.keys(record.findings)).toEqual(["rule-broken"]);
    expect(record.findings).toHaveProperty(["rule-broken"]);
  });

  it("is denied as all is where the namespace has a bad policy of its own", () => {
    const open = policiesOf([{}]);
    const blocked = new Map([["ci", [{ name: "ci/own", problems: ["line 1"] }]]]);

    for (const subResource of ["resize", "ephemeralcontainers"]) {
      const { response } = validate({ ...question, subResource }, { ...open, blocked });

      expect(response.status?.message).toContain("has a policy of its own that is bad");
      expect(validate({ ...question, subResource }, open).response.allowed).toBe(true);
    }
  });
});

describe("who creates a Pod", () => {
  const own = policiesOf([
    { securityContext: { set: { privileged: false } } },
    {
      match: { users: ["agent"] },
      labels: { set: { ci: "w" } },
      securityContext: { set: { privileged: true } },
    },
  ]);

  it("is known when it is created", () => {
    const { response } = validate(
      { operation: "CREATE", object: created, userInfo: { username: "agent" } },
      own,
    );

    expect(response.status?.message).toMatch(/metadata\.labels\.ci: is missing/);
  });

  it("is not who changes it, so that no grant for its creator holds", () => {
    const { response } = validate(
      {
        operation: "UPDATE",
        subResource: "ephemeralcontainers",
        object: debugged,
        oldObject: created,
        userInfo: { username: "agent" },
      },
      own,
    );

    expect(response.allowed).toBe(false);
  });
});

describe("the mirror of a static Pod", () => {
  const metadata = { annotations: { "kubernetes.io/config.mirror": "x" } };
  const mirror = (container: object): object => podWith(container, { nodeName: "node-1" }, metadata);

  it("is let pass where a kubelet shows it", () => {
    const userInfo = { username: "system:node:node-1" };

    expect(
      validate({ operation: "CREATE", object: mirror(privileged), userInfo }, policies).response,
    ).toEqual({
      uid: "u-1",
      allowed: true,
    });
  });

  it("is nobody's excuse once it runs: anybody may have written the annotation", () => {
    const resources = policiesOf([{ resources: { set: { limits: { cpu: "1" } } } }]);
    const resized = mirror({ resources: { limits: { cpu: "2" } } });
    const oldObject = mirror({ resources: { limits: { cpu: "1" } } });
    const question = { operation: "UPDATE", subResource: "resize", object: resized, oldObject };

    expect(validate(question, resources).response.allowed).toBe(false);
  });
});
