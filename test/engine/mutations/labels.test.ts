import { describe, expect, it } from "vitest";

import { OWN_ANNOTATIONS } from "#src/engine/annotations.ts";
import { RESERVED_DOMAINS, RESERVED_LABELS } from "#src/engine/reserved-keys.ts";
import { decideStep } from "#test/engine/decision.ts";

function codesOf(kind: "labels" | "annotations", key: string, fromStep: unknown): readonly string[] {
  return decideStep({ policy: { [kind]: { fromStep } }, options: { [kind]: { [key]: "x" } } }).codes;
}

describe.each(["labels", "annotations"] as const)("%s of a reserved domain", (kind) => {
  const keys = RESERVED_DOMAINS.flatMap(({ domain }) => [
    `${domain}/x`,
    `sub.${domain}/x`,
    `a.b.${domain}/x`,
  ]);

  it.each(keys)("such as %s are no step's, but where the admin names them", (key) => {
    for (const open of [true, { keys: ["*"] }, { keys: [key.replace("/x", "/*")] }])
      expect(codesOf(kind, key, open)).toEqual(["reserved-key"]);
    expect(codesOf(kind, key, { keys: [key] })).toEqual([]);
  });

  it.each([
    "app.kubernetes.io/name",
    "notkubernetes.io/x",
    "kubernetes.io.example.com/x",
    "kubernetes",
    "x.dev/podpecker.dev",
    "woodpecker-ci.organic/x",
  ])("are not those such as %s", (key) => {
    expect(codesOf(kind, key, true)).toEqual([]);
  });
});

it.each(RESERVED_LABELS)("the label %s is Woodpecker's, the annotation is not", (key) => {
  expect(codesOf("labels", key, true)).toEqual(["reserved-key"]);
  expect(codesOf("annotations", key, true)).toEqual([]);
});

it.each(OWN_ANNOTATIONS)("the annotation %s is never a step's, though an admin names it", (key) => {
  expect(codesOf("annotations", key, { keys: [key] })).toEqual(["reserved-key"]);
});

it.each(["KUBERNETES.IO/x", "Podpecker.Dev/applied", "X.K8S.io/y"])(
  "the annotation %s is reserved in any spelling",
  (key) => {
    expect(codesOf("annotations", key, true)).toEqual(["reserved-key"]);
  },
);

it.each(["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"])(
  "the key %s is a key like any other",
  (key) => {
    for (const option of ["labels", "annotations", "nodeSelector"]) {
      const { pod, outcome } = decideStep({
        policy: { [option]: { fromStep: true, default: { a: "b" } } },
        options: { [option]: { [key]: "x" } },
      });
      const map = {
        labels: pod.metadata?.labels,
        annotations: pod.metadata?.annotations,
        nodeSelector: pod.spec.nodeSelector,
      }[option];

      expect(outcome).toBe("decided");
      expect(Object.entries(map ?? {})).toContainEqual([key, "x"]);
    }
  },
);
