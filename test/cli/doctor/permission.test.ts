import { describe, expect, it } from "vitest";

import { canI, describePermission } from "#src/cli/doctor/permission.ts";

describe("a permission", () => {
  it.each([
    {
      permission: { verb: "list", resource: "namespaces" },
      words: "list namespaces",
      command: "kubectl auth can-i list namespaces",
    },
    {
      permission: { verb: "list", resource: "configmaps", namespace: "*" },
      words: "list configmaps in all namespaces",
      command: "kubectl auth can-i list configmaps --all-namespaces",
    },
    {
      permission: { verb: "get", resource: "deployments.apps", namespace: "podpecker" },
      words: 'get deployments.apps in namespace "podpecker"',
      command: "kubectl auth can-i get deployments.apps --namespace podpecker",
    },
  ])("is told: $words", ({ permission, words, command }) => {
    expect(describePermission(permission)).toBe(words);
    expect(canI(permission)).toBe(command);
  });
});
