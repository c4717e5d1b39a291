import { describe, expect, it } from "vitest";

import { workspaces } from "#src/cli/doctor/checks/workspaces.ts";
import { type Lease } from "#src/cli/doctor/cluster-objects.ts";
import { type Workspaces } from "#src/cli/doctor/cluster-view.ts";
import { type Reading } from "#src/cli/doctor/reading.ts";
import { workspaceRights } from "#src/cli/doctor/workspace-rights.ts";
import { brief, remedies } from "../brief.ts";
import { healthyView, NOW, read } from "../healthy-view.ts";

const ACCOUNT = "system:serviceaccount:podpecker:podpecker";

/** What the account may do, by default everything. */
const rights = (mayDo: (verb: string, resource: string) => Reading<boolean> = () => read(true)) =>
  workspaceRights({ namespace: "podpecker" }).map(
    (permission) => [permission, mayDo(permission.verb, permission.resource)] as const,
  );

const held = (holderIdentity: string, ageSeconds: number): Reading<Lease> => {
  const renewTime = new Date(NOW.getTime() - ageSeconds * 1_000).toISOString();
  return read({ spec: { holderIdentity, renewTime } });
};

const check = (parts: Partial<Workspaces>) => {
  const found = { account: ACCOUNT, rights: rights(), lease: held("podpecker-a_1", 2), ...parts };
  return workspaces(healthyView({ workspaces: read(found), trial: undefined }));
};

const forbidden = (verb: string, resource: string) =>
  ({ state: "forbidden", permission: { verb, resource } }) as const;

describe("the check of workspaces", () => {
  it("has nothing to say where no policy gives Pods a claim", () => {
    expect(workspaces(healthyView({ workspaces: { state: "absent" } }))).toEqual([]);
  });

  it("says who makes the claims", () => {
    expect(brief(check({}))).toEqual(["ok Workspaces: claims are made and removed by podpecker-a_1"]);
  });

  it("fails where rights are missing, names each, and says how they are given", () => {
    const verdicts = check({
      rights: rights((verb, resource) =>
        read(!(resource === "persistentvolumeclaims" && verb === "create") && !resource.startsWith("leases")),
      ),
    });

    expect(brief(verdicts)).toEqual([
      `failed Workspaces: policies give Pods a claim that nobody makes, so that their steps wait: ${ACCOUNT} may not create persistentvolumeclaims in all namespaces, nor create leases.coordination.k8s.io in namespace "podpecker", nor get leases.coordination.k8s.io in namespace "podpecker", nor update leases.coordination.k8s.io in namespace "podpecker"`,
    ]);
    expect(remedies(verdicts)).toContain("kubectl apply -k manifests/overlays/workspaces");
    expect(remedies(verdicts)).toContain("workspaces.enabled=true");
  });

  it.each<{ about: string; lease: Reading<Lease>; says: string }>([
    { about: "there is no Lease", lease: { state: "absent" }, says: "nobody has the Lease" },
    { about: "it was given back", lease: held("", 1), says: "nobody has the Lease" },
    {
      about: "it was never renewed",
      lease: read({ spec: { holderIdentity: "podpecker-a_1" } }),
      says: "nobody has the Lease",
    },
    { about: "it says nothing", lease: read({ spec: null }), says: "nobody has the Lease" },
    {
      about: "its holder is gone",
      lease: held("podpecker-a_1", 90),
      says: "podpecker-a_1 has not renewed the Lease for 90 s, by the clock here",
    },
  ])("warns where $about", ({ lease, says }) => {
    const verdicts = check({ lease });

    expect(brief(verdicts)).toEqual([`warning Workspaces: no replica makes and removes claims: ${says}`]);
    expect(remedies(verdicts)).toContain("kubectl --namespace podpecker logs deployment/podpecker --tail=50");
  });

  it("takes a Lease for held where the clock of its holder is ahead", () => {
    expect(check({ lease: held("podpecker-a_1", -30) }).map(({ state }) => state)).toEqual(["ok"]);
  });

  it.each([
    {
      about: "what the account may do",
      parts: { rights: rights(() => forbidden("create", "subjectaccessreviews.authorization.k8s.io")) },
      may: "create subjectaccessreviews.authorization.k8s.io",
    },
    {
      about: "the Lease",
      parts: { lease: forbidden("get", "leases.coordination.k8s.io") },
      may: "get leases.coordination.k8s.io",
    },
  ])("does not know where whoever asks may not read $about", ({ parts, may }) => {
    expect(brief(check(parts))).toEqual([
      `unknown Workspaces: cannot be looked at: whoever asks may not ${may}`,
    ]);
  });

  it("does not know whose rights count where the Deployment may not be read", () => {
    const reading = forbidden("get", "deployments.apps");

    expect(brief(workspaces(healthyView({ workspaces: reading })))).toEqual([
      "unknown Workspaces: cannot be looked at: whoever asks may not get deployments.apps",
    ]);
  });
});
