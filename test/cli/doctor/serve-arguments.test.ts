import { describe, expect, it } from "vitest";

import { readServeArguments } from "#src/cli/doctor/serve-arguments.ts";
import { deployment } from "./healthy-view.ts";

const nothing = {
  policyConfigMaps: [],
  certificateSecret: undefined,
  hasPolicyFiles: false,
  isAuditOnly: false,
};

describe("readServeArguments", () => {
  it.each([
    { args: [], says: nothing },
    {
      args: ["--policy-configmap", "a/b", "--policy-configmap=c/d"],
      says: { ...nothing, policyConfigMaps: ["a/b", "c/d"] },
    },
    { args: ["--certificate-secret", "tls"], says: { ...nothing, certificateSecret: "tls" } },
    { args: ["--policy", "/policies"], says: { ...nothing, hasPolicyFiles: true } },
    { args: ["--policy=/policies"], says: { ...nothing, hasPolicyFiles: true } },
    { args: ["--certificate-secret"], says: nothing },
    { args: ["--cluster", "--audit"], says: { ...nothing, isAuditOnly: true } },
  ])("reads $args", ({ args, says }) => {
    expect(readServeArguments(deployment(...args))).toEqual(says);
  });

  it("knows nothing of a Deployment that is not there", () => {
    expect(readServeArguments(undefined)).toEqual(nothing);
  });
});
