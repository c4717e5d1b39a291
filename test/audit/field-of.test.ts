import { expect, it } from "vitest";

import { fieldOf, fieldOfChange } from "#src/audit/field-of.ts";

it.each([
  [
    ["spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"],
    'spec.containers[].resources.limits["nvidia.com/gpu"]',
  ],
  [["tolerations", 12], "tolerations[]"],
  [[], ""],
])("the place %j is %s", (path, field) => {
  expect(fieldOf(path)).toBe(field);
});

it.each([
  ["/spec/containers/0/env/12", "spec.containers[].env[]"],
  ["/metadata/labels/7", 'metadata.labels["7"]'],
  ["/metadata/annotations/podpecker.dev~1note", 'metadata.annotations["podpecker.dev/note"]'],
  ["/spec/nodeSelector/0", 'spec.nodeSelector["0"]'],
])("the pointer %s is %s", (pointer, field) => {
  expect(fieldOfChange({ pointer, rule: "a#/b" })).toBe(field);
});
