import { describe, expect, it } from "vitest";

import { givesClaims, grantedTerms } from "#src/workspace/granted-terms.ts";
import { type WorkspaceTerms } from "#src/engine/workspace-terms.ts";
import { policiesOf, tiersOf } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const usual = {
  size: "10G",
  storageClass: "",
  accessMode: "ReadWriteMany",
  ttlAfterFinished: "10m",
} as const;

const granted = (documents: readonly object[], offer: Partial<WorkspaceTerms> = {}) =>
  grantedTerms(policiesOf(documents).policies, { namespace: "ci", now: NOW, offer });

const small = { match: { users: ["a"] }, workspace: { size: "1Gi", ttlAfterFinished: "1m" } };
const large = { match: { users: ["b"] }, workspace: { size: "100Gi", storageClass: "fast" } };

describe("what a claim may be like", () => {
  it.each([
    { title: "is the usual where a policy says no more", policies: [{ workspace: {} }], terms: usual },
    { title: "is nothing without a policy", policies: [{}], terms: undefined },
    {
      title: "is nothing where Pods have volumes of their own",
      policies: [{ workspace: { type: "emptyDir" } }],
      terms: undefined,
    },
    {
      title: "is nothing where the policy is for other namespaces",
      policies: [{ ...small, match: { namespaces: ["x"] } }],
      terms: undefined,
    },
    {
      title: "is nothing where the policy has ended",
      policies: [{ ...small, validUntil: "2026-11-26" }],
      terms: undefined,
    },
    {
      title: "is nothing where the policy is disabled",
      policies: [{ ...small, mode: "disabled" }],
      terms: undefined,
    },
    {
      title: "is what the policy says that is for all, whoever else has more",
      policies: [{ workspace: { size: "2Gi" } }, large],
      terms: { ...usual, size: "2Gi" },
    },
    {
      title: "is the least where no policy is for all",
      policies: [small, large],
      terms: { ...usual, size: "1Gi", ttlAfterFinished: "1m" },
    },
    {
      title: "is what the Pod carries, where a policy says that",
      policies: [small, large],
      offer: { ...usual, size: "100Gi", storageClass: "fast" } as const,
      terms: { ...usual, size: "100Gi", storageClass: "fast" },
    },
    {
      title: "is what the Pod carries, where several say that together",
      policies: [{ workspace: { size: "2Gi" } }, small, large],
      offer: { ...usual, size: "100Gi", storageClass: "fast", ttlAfterFinished: "1m" } as const,
      terms: { ...usual, size: "100Gi", storageClass: "fast", ttlAfterFinished: "1m" },
    },
    {
      title: "is no mixture that no policies say together",
      policies: [
        small,
        { ...large, workspace: { size: "9Gi", storageClass: "fast", ttlAfterFinished: "2m" } },
      ],
      offer: { ...usual, size: "1Gi", storageClass: "fast", ttlAfterFinished: "1m" } as const,
      terms: { ...usual, size: "1Gi", ttlAfterFinished: "1m" },
    },
    {
      title: "is nothing where a policy takes the workspace from the namespace",
      policies: [{ workspace: {} }, { match: { namespaces: ["ci"] }, workspace: { type: "none" } }],
      offer: usual,
      terms: undefined,
    },
    {
      title: "is never what only the Pod says",
      policies: [small],
      offer: {
        size: "1Ti",
        storageClass: "fast",
        accessMode: "ReadWriteOnce" as const,
        ttlAfterFinished: "30d",
      },
      terms: { ...usual, size: "1Gi", ttlAfterFinished: "1m" },
    },
  ])("$title", ({ policies, offer, terms }) => {
    expect(granted(policies, offer)).toEqual(terms);
  });

  it("is not for a namespace to say", () => {
    const { policies } = tiersOf([{ workspace: { size: "1Gi" } }], [{ workspace: { size: "1Ti" } }]);

    expect(grantedTerms(policies, { namespace: "ci", now: NOW, offer: { size: "1Ti" } })).toEqual({
      ...usual,
      size: "1Gi",
    });
  });
});

it.each([
  { workspace: {}, gives: true },
  { workspace: { type: "claim" }, gives: true },
  { workspace: { type: "emptyDir" }, gives: false },
  { workspace: undefined, gives: false },
])("that $workspace gives claims: $gives", ({ gives, ...policy }) => {
  expect(givesClaims(policiesOf([policy]).policies)).toBe(gives);
});
