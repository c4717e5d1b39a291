import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Answer, type PolicyReviewRecord } from "#src/admission/answer.ts";
import { answerPolicyReview } from "#src/admission/policy-review.ts";
import { answerReview } from "#src/admission/review.ts";
import { type AdmissionResponse } from "#src/kubernetes/admission-review.ts";
import { noPolicies } from "#src/policy/policy-set.ts";
import { createPolicyStore } from "#src/policy/policy-store.ts";
import { NOW } from "#test/now.ts";

const store = createPolicyStore({ namespace: "podpecker", promoted: ["ci/agent"] });

const labels = { "podpecker.dev/policy": "true" };
const configMap = (text: string, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "podpecker", name: "acme", labels, ...metadata },
  data: { "policy.yaml": text },
});

const GOOD = "version: v1\n";
const BAD = "version: v1\nlables: {}\nresources:\n  default: {limits: {cpu: 4cpu}}\n";

const review = (changes: object = {}): string =>
  JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "u-1",
      kind: { group: "", version: "v1", kind: "ConfigMap" },
      operation: "CREATE",
      namespace: "podpecker",
      name: "acme",
      object: configMap(GOOD),
      ...changes,
    },
  });

const answer = (body: string): Answer<PolicyReviewRecord> => answerPolicyReview(body, store.check);
const responseTo = (changes: object): AdmissionResponse =>
  (JSON.parse(answer(review(changes)).body) as { response: AdmissionResponse }).response;

describe("a body that is no review", () => {
  it.each([
    { about: "nothing", body: "" },
    { about: "truncated JSON", body: review().slice(0, -1) },
    { about: "null", body: "null" },
    { about: "another version", body: review().replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1") },
    { about: "a request without uid", body: review({ uid: undefined }) },
    { about: "brackets in a row", body: "[".repeat(1_000_000) },
  ])("$about: is answered with 400, as where Pods are reviewed", ({ body }) => {
    const { status, body: text, record } = answer(body);

    expect({ status, text }).toEqual({
      status: 400,
      text: answerReview(body, noPolicies, { now: NOW }).body,
    });
    expect(record).toMatchObject({ outcome: "invalid", uid: "" });
  });
});

describe("what is no policy is allowed", () => {
  it.each<{ about: string; changes: object }>([
    { about: "a ConfigMap without the label", changes: { object: configMap(BAD, { labels: {} }) } },
    {
      about: "one with another value of it",
      changes: { object: configMap(BAD, { labels: { "podpecker.dev/policy": "false" } }) },
    },
    {
      about: "one that loses the label",
      changes: { operation: "UPDATE", object: configMap(BAD, { labels: {} }), oldObject: configMap(BAD) },
    },
    { about: "a deletion", changes: { operation: "DELETE", object: null, oldObject: configMap(BAD) } },
    { about: "a connection", changes: { operation: "CONNECT", object: configMap(BAD) } },
    {
      about: "one that only waits for its finalizers",
      changes: { operation: "UPDATE", object: configMap(BAD, { deletionTimestamp: "2027-01-01T00:00:00Z" }) },
    },
    { about: "a subresource", changes: { subResource: "status", object: configMap(BAD) } },
    {
      about: "another kind",
      changes: { kind: { group: "", version: "v1", kind: "Secret" }, object: configMap(BAD) },
    },
    {
      about: "a ConfigMap of another group",
      changes: { kind: { group: "example.com", version: "v1", kind: "ConfigMap" }, object: configMap(BAD) },
    },
    { about: "no object", changes: { object: null } },
    { about: "text", changes: { object: "ConfigMap" } },
    { about: "metadata that is text", changes: { object: { metadata: "text" } } },
  ])("$about", ({ changes }) => {
    expect(responseTo(changes)).toEqual({ uid: "u-1", allowed: true });
    expect(answer(review(changes)).record.outcome).toBe("untouched");
  });
});

describe("a policy", () => {
  it.each(["CREATE", "UPDATE"])("that is good is allowed (%s)", (operation) => {
    const { status, body, record } = answer(review({ operation, dryRun: true }));

    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: "u-1", allowed: true },
    });
    expect(record).toEqual({
      uid: "u-1",
      namespace: "podpecker",
      name: "acme",
      dryRun: true,
      outcome: "accepted",
      problems: 0,
      warnings: 0,
    });
  });

  it.each(["CREATE", "UPDATE"])("that is bad is denied with every problem (%s)", (operation) => {
    const changes = { operation, object: configMap(BAD) };

    expect(responseTo(changes)).toEqual({
      uid: "u-1",
      allowed: false,
      status: {
        code: 422,
        reason: "Invalid",
        message: [
          "podpecker: this policy cannot come into force",
          '- podpecker/acme policy.yaml:2:1: lables: is not known here; did you mean "labels"?',
          '- podpecker/acme policy.yaml:4:27: resources.default.limits.cpu: "4cpu" is not a quantity: a number that is not negative, with or without a suffix, such as 2, 500m, 1.5Gi or 10G',
        ].join("\n"),
      },
    });
    expect(answer(review(changes)).record).toMatchObject({ outcome: "rejected", problems: 2 });
  });

  it.each([undefined, null, false, true])("gets the same bytes where dryRun is %s", (dryRun) => {
    const changes = { object: configMap(BAD) };

    expect(answer(review({ ...changes, dryRun })).body).toBe(answer(review(changes)).body);
  });

  it("of a namespace is allowed where it is good, with a warning where it has no effect", () => {
    const { allowed, warnings } = responseTo({ object: configMap(GOOD, { namespace: "team" }) });

    expect(allowed).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/^team\/acme policy\.yaml:1:1: has no effect: /)]);
  });

  it("of a namespace is denied where it is bad", () => {
    const { allowed, status } = responseTo({ object: configMap(BAD, { namespace: "team" }) });

    expect({ allowed, code: status?.code }).toEqual({ allowed: false, code: 422 });
    expect(status?.message).toContain("team/acme policy.yaml:2:1: lables: ");
  });

  it("that is promoted is checked without the label, too", () => {
    const object = configMap(BAD, { namespace: "ci", name: "agent", labels: undefined });

    expect(responseTo({ object }).allowed).toBe(false);
  });

  it("with what is worth a word is allowed with warnings", () => {
    const { allowed, warnings } = responseTo({ object: configMap(`${GOOD}workspace: {size: 10}`) });

    expect(allowed).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/^podpecker\/acme policy\.yaml:2:13: workspace\.size: "10" .* \(likely-slip\)$/),
    ]);
  });

  it("with many words has no more of them than the API server takes", () => {
    const settings = Array.from({ length: 200 }, (_, index) => [`WOODPECKER_BACKEND_K8S_X${index}`, "x"]);
    const object = { ...configMap(GOOD), data: Object.fromEntries(settings) as unknown };

    const { warnings = [] } = responseTo({ object });

    expect(warnings.join("").length).toBeLessThanOrEqual(4096);
    expect(warnings.at(-1)).toMatch(/^and \d+ more warnings; podpecker validate has them all$/);
  });

  it("with very many problems is told a hundred of them", () => {
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}: x\n`).join("");

    const { status } = responseTo({ object: configMap(GOOD + keys) });

    expect(status?.message.split("\n")).toHaveLength(102);
    expect(status?.message).toMatch(/\n- and 400 more$/);
  });
});

it("answers any object", () => {
  const metadata = fc.oneof(fc.jsonValue(), fc.constant({ namespace: "podpecker", name: "a", labels }));
  const object = fc.oneof(fc.jsonValue(), fc.record({ metadata, data: fc.jsonValue() }));
  fc.assert(
    fc.property(object, (given) => {
      expect(answer(review({ object: given })).status).toBe(200);
    }),
  );
});

it("answers an object that is nested as deeply as JSON may be", () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const metadata = JSON.stringify({ namespace: "podpecker", name: "a", labels });
  const body = review({ object: "HERE" }).replace(
    '"HERE"',
    `{"metadata":${metadata},"data":{"policy.yaml":${deep}}}`,
  );

  expect(answer(body).record).toMatchObject({ outcome: "rejected", problems: 1 });
});
