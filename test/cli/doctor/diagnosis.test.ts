import { describe, expect, it } from "vitest";

import { diagnose } from "#src/cli/doctor/diagnosis.ts";
import { checks } from "#src/cli/doctor/checks/table.ts";
import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { type Unread } from "#src/cli/doctor/reading.ts";
import { brief, remedies } from "./brief.ts";
import { healthyView } from "./healthy-view.ts";

const PARTS = [
  "version",
  "mutating",
  "validating",
  "namespaces",
  "service",
  "endpointSlices",
  "secret",
  "configMaps",
] as const satisfies readonly (keyof ClusterView)[];

const forbidden: Unread = { state: "forbidden", permission: { verb: "get", resource: "this" } };
const unreadable: Unread = { state: "unreadable", reason: "the answer has status 500" };

describe("diagnose", () => {
  it("finds nothing wrong where all is well", () => {
    expect(brief(diagnose(healthyView()))).toEqual([
      "ok API server: https://10.0.0.1:6443 answers, version v1.36.3",
      'ok Mutating configuration: "pods.podpecker.dev" brings Pods that are created to Service podpecker/podpecker',
      'ok Validating configuration: "pod-validation.podpecker.dev" brings Pods that are resized or debugged to Service podpecker/podpecker',
      'ok Validating configuration: "policies.podpecker.dev" brings policies that are written to Service podpecker/podpecker',
      "ok Namespaces: 2 of 4 are chosen: ci-a, ci-b",
      "ok Service: podpecker/podpecker has port 443",
      "ok Endpoints: 2 of 2 replicas are ready",
      'ok caBundle of "pods.podpecker.dev": has 1 CA, which ends on 2026-08-29, in 89 days',
      'ok caBundle of "pod-validation.podpecker.dev": has 1 CA, which ends on 2026-08-29, in 89 days',
      'ok caBundle of "policies.podpecker.dev": has 1 CA, which ends on 2026-08-29, in 89 days',
      "ok Serving certificate: is for podpecker.podpecker.svc, trusted, and ends on 2026-08-29, in 89 days",
      "ok Policy podpecker/default: is good (priority 0): every Pod",
      expect.stringMatching(
        /^ok Dry run: a step's Pod in namespace "ci-a" is decided by podpecker\/default \(digest [0-9a-f]{12}\), 1 value written$/,
      ),
    ]);
  });

  it("says of each verdict which check it comes from, in their order", () => {
    const names = diagnose(healthyView({ workspaces: unreadable })).map(({ check }) => check);

    expect([...new Set(names)]).toEqual(Object.keys(checks));
  });

  it.each(PARTS)("does not fail for %s that may not be read, and says what is missing", (part) => {
    const diagnoses = diagnose(healthyView({ [part]: forbidden }));

    const unknown = diagnoses.filter(({ state }) => state === "unknown");
    expect(diagnoses.map(({ state }) => state)).not.toContain("failed");
    expect(unknown[0]?.says).toBe("cannot be looked at: whoever asks may not get this");
    expect(remedies(unknown)).toContain("kubectl auth can-i get this");
  });

  it.each(PARTS)("does not fail for %s that cannot be read", (part) => {
    const diagnoses = diagnose(healthyView({ [part]: unreadable }));

    expect(diagnoses.map(({ state }) => state)).not.toContain("failed");
    expect(diagnoses.map(({ says }) => says)).toContain("cannot be looked at: the answer has status 500");
  });
});
