import { describe, expect, it } from "vitest";

import { toldAccount } from "#src/cli/review/told-account.ts";

const pod = { metadata: { annotations: { a: "b" } }, spec: {} };

const noted = (note: string) => ({
  response: {
    uid: "1",
    allowed: true,
    auditAnnotations: { policies: "a,b", digest: "d", findings: "later: new words" },
  },
  patch: [
    { op: "add", path: "/spec/hostUsers", value: false } as const,
    { op: "add", path: "/metadata/annotations/podpecker.dev~1applied", value: note } as const,
  ],
});

describe("toldAccount", () => {
  it("tells what the annotation says was written, and findings that only a later version knows", () => {
    const changes = [
      { pointer: "/spec/hostUsers", rule: "a#/hostUsers/default", value: false },
      { pointer: "/metadata/annotations/a", rule: "a#/annotations/set/a", value: "b" },
    ];

    expect(toldAccount(noted(JSON.stringify({ changes })), pod)).toEqual({
      outcome: "decided",
      policies: ["a", "b"],
      digest: "d",
      changes: [{ pointer: "/spec/hostUsers", rule: "a#/hostUsers/default", after: false }],
      findings: [{ code: "later", severity: "note", text: "new words" }],
    });
  });

  it("tells what would be if policies in audit mode were enforced, as far as the webhook tells it", () => {
    const auditAnnotations = {
      "audited-outcome": "decided",
      "audited-policies": "a,my policy",
      "audited-digest": "d",
      "audited-changes": "/spec/hostUsers my policy#/hostUsers/set\n/spec/x a#/lab… (70 in all)",
      "audited-findings": "not-granted: labels.a: is not granted",
    };
    const response = { uid: "1", allowed: true, auditAnnotations };

    expect(toldAccount({ response, patch: [] }, pod)).toMatchObject({
      outcome: "untouched",
      audited: {
        outcome: "decided",
        policies: ["a", "my policy"],
        digest: "d",
        changes: [{ pointer: "/spec/hostUsers", rule: "my policy#/hostUsers/set" }],
        findings: [{ code: "not-granted", severity: "refused", text: "labels.a: is not granted" }],
      },
    });
  });

  it.each(["no JSON", '{"changes":3}'])("bears an annotation that is %s", (note) => {
    expect(toldAccount(noted(note), pod).changes).toEqual([]);
  });

  it.each([
    { code: 422, outcome: "malformed" },
    { code: 403, outcome: "refused" },
  ])("calls a denial with $code $outcome", ({ code, outcome }) => {
    const response = { uid: "1", allowed: false, status: { code, message: "no" } };

    expect(toldAccount({ response, patch: [] }, pod).outcome).toBe(outcome);
  });
});
