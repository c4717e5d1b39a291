import { describe, expect, it } from "vitest";

import { type Answer } from "#src/admission/answer.ts";
import { answerReview } from "#src/admission/review.ts";
import { type AdmissionResponse } from "#src/kubernetes/admission-review.ts";
import { createPolicySet } from "#src/policy/policy-set.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { NOW } from "#test/now.ts";

const policies = createPolicySet(
  readPolicies(
    [
      {
        path: "acme.yaml",
        text: "{version: v1, description: 'ask #ci', labels: {set: {ci: woodpecker}}, match: {namespaces: [ci]}}",
      },
      { path: "strict.yaml", text: "{version: v1, onRefusal: deny, match: {namespaces: [strict]}}" },
    ],
    { namespace: "podpecker", promoted: [] },
  ).policies,
);

const pod = { metadata: { name: "wp-1" }, spec: { containers: [{ name: "wp-1", image: "alpine" }] } };
const request = {
  uid: "u-1",
  kind: { group: "", version: "v1", kind: "Pod" },
  operation: "CREATE",
  namespace: "ci",
  object: pod as unknown,
};
const review = (changes: object = {}): string =>
  JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { ...request, ...changes },
  });

const answer = (body: string): Answer => answerReview(body, policies, { now: NOW });
const responseTo = (body: string): AdmissionResponse =>
  (JSON.parse(answer(body).body) as { response: AdmissionResponse }).response;

const asking = (options: string): object => ({
  ...pod,
  metadata: { ...pod.metadata, annotations: { "podpecker.dev/backend-options": options } },
});

describe("a body that is no review is answered with 400 and JSON", () => {
  it.each([
    { about: "nothing", body: "" },
    { about: "truncated JSON", body: review().slice(0, -1) },
    { about: "no JSON", body: "<html>" },
    { about: "a list", body: "[]" },
    { about: "null", body: "null" },
    { about: "a number", body: "1" },
    { about: "an empty map", body: "{}" },
    { about: "another version", body: review().replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1") },
    { about: "another kind", body: review().replace("AdmissionReview", "Pod") },
    { about: "no request", body: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' },
    { about: "a request without uid", body: review({ uid: undefined }) },
    { about: "a uid that is no text", body: review({ uid: 7 }) },
    { about: "a namespace that is no text", body: review({ namespace: ["ci"] }) },
    { about: "brackets in a row", body: "[".repeat(1_000_000) },
    { about: "maps in a row", body: '{"a":'.repeat(1_000_000) },
  ])("$about", ({ body }) => {
    const { status, body: text, record } = answer(body);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/^the body is not /) as unknown });
    expect(record.outcome).toBe("invalid");
    expect(text.length).toBeLessThan(1000);
  });
});

describe("what is not for Podpecker is allowed and not touched", () => {
  it.each<{ about: string; changes: object }>([
    { about: "an update", changes: { operation: "UPDATE" } },
    { about: "a deletion", changes: { operation: "DELETE", object: null } },
    { about: "a connection", changes: { operation: "CONNECT" } },
    { about: "a subresource", changes: { subResource: "ephemeralcontainers" } },
    { about: "another kind", changes: { kind: { group: "apps", version: "v1", kind: "Deployment" } } },
    {
      about: "a Pod of another group",
      changes: { kind: { group: "example.com", version: "v1", kind: "Pod" } },
    },
    { about: "a namespace without a policy", changes: { namespace: "default" } },
    { about: "no object", changes: { object: null } },
    { about: "a Pod without containers", changes: { object: { spec: { containers: [] } } } },
    { about: "a Pod of the wrong shape", changes: { object: { spec: { containers: "no" } } } },
    { about: "a Pod that is text", changes: { object: "Pod" } },
    {
      about: "a mirror Pod",
      changes: {
        object: {
          ...pod,
          metadata: { annotations: { "kubernetes.io/config.mirror": "x" } },
          spec: { ...pod.spec, nodeName: "node-1" },
        },
        userInfo: { username: "system:node:node-1" },
      },
    },
  ])("$about", ({ changes }) => {
    const { status, record } = answer(review(changes));

    expect(status).toBe(200);
    expect(responseTo(review(changes))).toEqual({ uid: "u-1", allowed: true });
    expect(record.outcome).toBe("untouched");
  });
});

describe("a Pod that is created", () => {
  it("is decided, in an AdmissionReview of the same version and uid", () => {
    const { body, record } = answer(review());

    expect(JSON.parse(body)).toMatchObject({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: "u-1", allowed: true, patchType: "JSONPatch" },
    });
    expect(record).toMatchObject({
      uid: "u-1",
      namespace: "ci",
      name: "wp-1",
      outcome: "decided",
      policies: ["acme"],
      changes: 1,
      dryRun: false,
      findings: {},
    });
  });

  it.each([undefined, null, false, true])("gets the same bytes where dryRun is %s", (dryRun) => {
    expect(answer(review({ dryRun })).body).toBe(answer(review()).body);
    expect(answer(review({ dryRun })).record.dryRun).toBe(dryRun === true);
  });

  it("with malformed options is denied with 422 and every problem", () => {
    const { status, allowed } = {
      status: responseTo(review({ object: asking("{volumes: x, hostUsers: 7}") })).status,
      allowed: responseTo(review({ object: asking("{volumes: x}") })).allowed,
    };

    expect(allowed).toBe(false);
    expect(status).toMatchObject({ code: 422, reason: "Invalid" });
    expect(status?.message).toContain("hostUsers");
    expect(status?.message).toContain("volumes");
    expect(status?.message).toContain("ask #ci");
  });

  it("that asks for too much is denied with 403 where the policy says so", () => {
    const response = responseTo(review({ namespace: "strict", object: asking("serviceAccountName: admin") }));

    expect(response.allowed).toBe(false);
    expect(response.patch).toBeUndefined();
    expect(response.status).toMatchObject({ code: 403, reason: "Forbidden" });
    expect(response.status?.message).toContain('serviceAccountName: "admin" is not granted');
    expect(response.auditAnnotations?.["findings"]).toContain("not-granted");
  });

  it("is counted by the codes of its findings, never told by value", () => {
    const { record } = answer(
      review({ object: asking("{serviceAccountName: hunter2, labels: {a: hunter2, b: hunter2}}") }),
    );

    expect(record.findings).toEqual({ "not-granted": 3 });
    expect(JSON.stringify(record)).not.toContain("hunter2");
  });

  it.each<{ about: string; metadata: unknown; name: string }>([
    { about: "generateName", metadata: { generateName: "wp-" }, name: "wp-" },
    { about: "no name", metadata: {}, name: "" },
  ])("with $about is called so in the log", ({ metadata, name }) => {
    expect(answer(review({ object: { ...pod, metadata } })).record.name).toBe(name);
  });

  it.each<{ about: string; metadata: unknown }>([
    {
      about: "a list of lists of lists",
      metadata: { name: JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown },
    },
    { about: "a map", metadata: { name: { toString: 7 } } },
    { about: "text", metadata: "text" },
    { about: "null", metadata: null },
  ])("whose name is $about is answered all the same", ({ metadata }) => {
    const object = JSON.stringify({ ...pod, metadata: "HERE" }).replace('"HERE"', stringified(metadata));
    const body = review({ object: "POD" }).replace('"POD"', object);

    expect(answer(body).status).toBe(200);
  });
});

/** JSON of what is too deep for JSON.stringify. */
function stringified(metadata: unknown): string {
  const name = (metadata as { name?: unknown } | null)?.name;
  return Array.isArray(name)
    ? `{"name":${"[".repeat(50_000)}${"]".repeat(50_000)}}`
    : JSON.stringify(metadata);
}

describe("what stands in the audit log", () => {
  it("is cut where it is long, with a word about it", () => {
    const many = `labels: {${Array.from({ length: 100 }, (_, index) => `${"k".repeat(50)}${index}: v`).join(", ")}}`;
    const { auditAnnotations } = responseTo(review({ object: asking(many) }));

    expect(auditAnnotations?.["findings"]?.length).toBeLessThan(8300);
    expect(auditAnnotations?.["findings"]).toMatch(/… \(100 in all\)$/);
  });

  it("names policies, digest and rules, never values", () => {
    const { auditAnnotations } = responseTo(review());

    expect(auditAnnotations).toEqual({
      policies: "acme",
      digest: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
      changes: "/metadata/labels/ci acme#/labels/set/ci",
    });
  });
});

describe("those who look after the answer was sent", () => {
  it("get the decision with the request that it came in", () => {
    const { reviewed } = answer(review({ userInfo: { username: "agent" }, dryRun: true }));

    expect(reviewed?.request).toMatchObject({ uid: "u-1", dryRun: true, userInfo: { username: "agent" } });
    expect(reviewed?.pod).toEqual(pod);
    expect(reviewed?.decision).toMatchObject({ outcome: "decided", policies: ["acme"] });
  });

  it.each([
    { about: "no review", body: "{}" },
    { about: "no Pod's creation", body: review({ operation: "UPDATE" }) },
  ])("get nothing where it was $about", ({ body }) => {
    expect(answer(body).reviewed).toBeUndefined();
  });
});
